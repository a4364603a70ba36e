const DOT = 0x2e
const CRLF = Buffer.from('\r\n')
const CRLF_DOT = Buffer.from('\r\n.')

/** `CRLF "." CRLF`, or what of it is missing after `content` (RFC 5321 §4.1.1.4). */
function terminatorAfter(content: Buffer): string {
  return content.length === 0 || content.subarray(-2).equals(CRLF) ? '.\r\n' : '\r\n.\r\n'
}

/**
 * A message as it goes over the wire after 354: a dot doubled at the head of a line (RFC 5321 §4.5.2), then the end of
 * mail data. A line begins after CRLF only, so a bare LF before a dot passes unchanged.
 */
export function stuff(content: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = 0
  let dot = content[0] === DOT ? 0 : nextDot(content, 0)
  while (dot !== -1) {
    parts.push(content.subarray(from, dot + 1))
    from = dot
    dot = nextDot(content, dot)
  }
  parts.push(content.subarray(from), Buffer.from(terminatorAfter(content)))
  return Buffer.concat(parts)
}

/** Undoes {@link stuff} for the lines before the final dot, which the caller has taken away. */
export function unstuff(content: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = content[0] === DOT ? 1 : 0
  for (let dot = nextDot(content, 0); dot !== -1; dot = nextDot(content, dot)) {
    parts.push(content.subarray(from, dot))
    from = dot + 1
  }
  return parts.length === 0 ? content.subarray(from) : Buffer.concat([...parts, content.subarray(from)])
}

/** Index of the next dot that heads a line after `from`, or -1. */
function nextDot(content: Buffer, from: number): number {
  const at = content.indexOf(CRLF_DOT, from)
  return at === -1 ? -1 : at + 2
}

/** Text as RFC 5322 §2.1 wants it: every line end a CRLF. */
export function toCrlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n')
}
