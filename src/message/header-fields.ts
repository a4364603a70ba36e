const HEADER_LIMIT = 65_536

/** The header section of a message, first 64 KiB: octets up to the first empty line (RFC 5322 §2.1). */
export function headerSection(message: Buffer): string {
  const head = message.subarray(0, HEADER_LIMIT)
  if (head[0] === 0x0a || (head[0] === 0x0d && head[1] === 0x0a)) return ''
  for (let at = head.indexOf(0x0a); at !== -1; at = head.indexOf(0x0a, at + 1)) {
    if (head[at + 1] === 0x0a || (head[at + 1] === 0x0d && head[at + 2] === 0x0a))
      return head.toString('utf8', 0, at + 1)
  }
  return head.toString('utf8')
}

/** Fields in order, unfolded (RFC 5322 §2.2.3): `[name as written, value]`. What is no field is left out. */
export function headerFields(message: Buffer): [name: string, value: string][] {
  const fields: [string, string][] = []
  for (const line of headerSection(message).split(/\r?\n/)) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (last) last[1] += line
      continue
    }
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon).trimEnd(), line.slice(colon + 1).trimStart()])
  }
  return fields
}

/** The first field of that name, in any case; undefined when there is none. */
export function headerField(fields: readonly [string, string][], name: string): string | undefined {
  const wanted = name.toLowerCase()
  return fields.find(([field]) => field.toLowerCase() === wanted)?.[1]
}

/** A Message-ID without its angle brackets; undefined for an empty one. */
export function bareMessageId(value: string | undefined): string | undefined {
  return value?.trim().replace(/^<(.*)>$/s, '$1') || undefined
}
