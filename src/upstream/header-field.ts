import { decodeWords } from 'postal-mime'

/**
 * The value of the first header field of that name (RFC 5322 §2.2), unfolded, encoded words decoded (RFC 2047), blanks
 * at both ends gone; undefined where the header has none.
 */
export function headerField(content: Buffer, name: string): string | undefined {
  const field = new RegExp(`^${name}[ \\t]*:(.*)$`, 'i')
  for (const line of header(content)
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)) {
    const value = field.exec(line)?.[1]
    if (value !== undefined) return decodeWords(value.trim())
  }
  return undefined
}

/** The header ends at the first empty line. */
function header(content: Buffer): string {
  const crlf = content.indexOf('\r\n\r\n')
  const lf = content.indexOf('\n\n')
  const ends = [crlf, lf].filter((index) => index !== -1)
  return content.subarray(0, ends.length === 0 ? content.length : Math.min(...ends)).toString('utf8')
}
