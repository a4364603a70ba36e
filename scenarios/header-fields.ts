/** The values of a message's header fields of that name, unfolded, from top to bottom (RFC 5322 §2.2.3). */
export function fieldsOf(message: Buffer, name: string): string[] {
  const [head = ''] = message.toString('latin1').split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, '').split('\r\n')
  const start = `${name.toLowerCase()}:`
  return lines.filter((line) => line.toLowerCase().startsWith(start)).map((line) => line.slice(start.length).trim())
}
