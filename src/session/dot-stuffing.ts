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
  const terminator = terminatorAfter(content)
  const first = content[0] === DOT ? 0 : nextDot(content, 0)
  let dots = 0
  for (let dot = first; dot !== -1; dot = nextDot(content, dot)) dots += 1
  const wire = Buffer.allocUnsafe(content.length + dots + terminator.length)
  let from = 0
  let at = 0
  for (let dot = first; dot !== -1; dot = nextDot(content, dot)) {
    at += content.copy(wire, at, from, dot + 1)
    from = dot
  }
  at += content.copy(wire, at, from)
  wire.write(terminator, at, 'latin1')
  return wire
}

/** Undoes {@link stuff} for the lines before the final dot, which the caller has taken away. */
export function unstuff(content: Buffer): Buffer {
  let from = content[0] === DOT ? 1 : 0
  let dot = nextDot(content, 0)
  if (dot === -1) return content.subarray(from)
  const plain = Buffer.allocUnsafe(content.length)
  let at = 0
  for (; dot !== -1; dot = nextDot(content, dot)) {
    at += content.copy(plain, at, from, dot)
    from = dot + 1
  }
  at += content.copy(plain, at, from)
  return plain.subarray(0, at)
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
