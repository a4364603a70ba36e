/** A piece of an answer of init.pl, as it stands between the log lines. */
export interface Segment {
  id: string
  /** `o`, `e`: output of a command; `x`: how it ended; `d`: the server has ended. */
  kind: string
  payload: Buffer
}

/**
 * Tells the answers of init.pl from what a server writes: `\x1e<token> <id> <kind> <length>\n`, then the payload. What
 * is cut in the middle is put together again.
 */
export function segmentReader(
  token: string,
  on: { segment(segment: Segment): void; text(octets: Buffer): void },
): (chunk: Buffer) => void {
  const mark = Buffer.from(`\x1e${token} `)
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length > 0) {
      const start = pending.indexOf(mark)
      const text = start < 0 ? pending.length - partOf(mark, pending) : start
      if (text > 0) on.text(pending.subarray(0, text))
      pending = pending.subarray(text)
      if (start < 0) return
      const headerEnd = pending.indexOf(0x0a, mark.length)
      if (headerEnd < 0) return
      const [id = '', kind = '', length] = pending.toString('latin1', mark.length, headerEnd).split(' ')
      const end = headerEnd + 1 + Number(length)
      if (pending.length < end) return
      on.segment({ id, kind, payload: pending.subarray(headerEnd + 1, end) })
      pending = pending.subarray(end)
    }
  }
}

/** How many octets at the end may be the beginning of the mark. */
function partOf(mark: Buffer, octets: Buffer): number {
  for (let length = Math.min(mark.length - 1, octets.length); length > 0; length -= 1) {
    if (octets.subarray(octets.length - length).equals(mark.subarray(0, length))) return length
  }
  return 0
}
