/** One complete SMTP or LMTP reply (RFC 5321 §4.2). */
export interface Reply {
  /** Three digits. 0 when the server sent a line that is no reply line; `faults` then says so. */
  code: number
  /** The text after the code, of each line. Decoded as UTF-8 (RFC 6531 §3.7.4.2); the octets are in `raw`. */
  lines: string[]
  /** The lines joined by `\n`. */
  text: string
  /** Enhanced status code of the first line, e.g. `5.7.1` (RFC 3463), when its class agrees with the code's. */
  enhanced?: string
  /** The exact octets of all lines, line ends included. */
  raw: Buffer
  /** Milliseconds from the start of the session to the arrival of the last octet. */
  at: number
  /** Milliseconds since the command was sent; for a greeting, since the start of the session. */
  ms: number
  /** What breaks RFC 5321 §4.2.1, one sentence each. Empty for a well-formed reply. */
  faults: readonly string[]
}

/** A reply before it has a place in time. */
export type ParsedReply = Pick<Reply, 'code' | 'lines' | 'raw' | 'faults'>

export function makeReply(parsed: ParsedReply, at: number, ms: number): Reply {
  const { code, lines, raw, faults } = parsed
  const first = lines[0] ?? ''
  const text = lines.length === 1 ? first : lines.join('\n')
  const enhanced = enhancedCode(code, first)
  return enhanced === undefined
    ? { code, lines, text, raw, at, ms, faults }
    : { code, lines, text, enhanced, raw, at, ms, faults }
}

const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/

/** The enhanced status code that begins `text`, unless its class contradicts `code` (RFC 2034 §4). */
export function enhancedCode(code: number, text: string): string | undefined {
  const second = text.charCodeAt(1)
  if (second !== 0x2e) return undefined
  const match = ENHANCED.exec(text)
  return match && Number(match[1]) === Math.floor(code / 100) ? match[0] : undefined
}

/** `250-first\n250 second`: the reply as a reader knows it, without line ends of the wire. */
export function formatReply(reply: Pick<Reply, 'code' | 'lines'>): string {
  return reply.lines
    .map((line, index) => {
      if (reply.code === 0) return line
      const last = index === reply.lines.length - 1
      return last && line === '' ? `${reply.code}` : `${reply.code}${last ? ' ' : '-'}${line}`
    })
    .join('\n')
}
