import { Misread } from './misread.ts'
import type { Expect, Send, SessionFile } from './statement.ts'

/** Data on their way: what was sent since 354, as one text. */
interface Open {
  /** Line of the 354. */
  line: number
  text: string
}

/**
 * A server answers 250 to data only after their end, a line of one dot (RFC 5321, section 4.1.1.4). A file that forgot it
 * would wait in vain for as long as a server may take. Any other reply may come at any time.
 *
 * @throws Misread
 */
export function checkEndOfData({ statements }: Pick<SessionFile, 'statements'>): void {
  const open = new Map<string, Open>()
  for (const statement of statements) {
    if (!('connection' in statement)) continue
    const { connection } = statement
    if (statement.kind === 'expect') {
      const data = open.get(connection)
      if (data && !mayHaveEnded(data.text) && wantsOnly(statement, '250')) {
        throw new Misread(
          statement.place,
          `found a wait for 250 in the middle of a message, expected its end before: a line "C: ." after the text that 354 in line ${data.line} asked for`,
        )
      }
      open.delete(connection)
      if (wantsOnly(statement, '354')) open.set(connection, { line: statement.place.line, text: '\r\n' })
    } else if (statement.kind === 'send') {
      const data = open.get(connection)
      if (data) data.text += textOf(statement)
    } else open.delete(connection)
  }
}

function wantsOnly({ choices }: Expect, code: string): boolean {
  return choices.every(({ anyOf }) =>
    anyOf.every((one) => one.kind === 'reply' && one.status.codes.every((wanted) => wanted === code)),
  )
}

/** Servers differ in what ends a line, and tests try that out: any line of one dot may be an end. */
function mayHaveEnded(text: string): boolean {
  return /[\r\n\0]\.[\r\n\0]/.test(text)
}

/** A variable stands for a text within a line; alone it may be the dot. */
function textOf({ lines }: Send): string {
  return lines
    .map(({ octets, crlf }) => {
      const standIn = octets.length === 1 ? '.' : 'x'
      const text = octets.map((part) => (typeof part === 'string' ? part : standIn)).join('')
      return crlf ? `${text}\r\n` : text
    })
    .join('')
}
