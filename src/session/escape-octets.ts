const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Printable text of octets: UTF-8 where it is valid, `\xNN` for the rest. */
export function escapeOctets(octets: Buffer): string {
  let text: string
  try {
    text = UTF8.decode(octets)
  } catch {
    text = octets.toString('latin1').replace(/[\x80-\xff]/g, hex)
  }
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => ESCAPES[char] ?? hex(char))
}

const ESCAPES: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}
