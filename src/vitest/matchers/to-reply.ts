import { formatReply, type Reply } from '../../session/reply.ts'
import { Cursor } from '../../session-file/cursor.ts'
import { statusFits } from '../../session-file/match-reply.ts'
import { Misread } from '../../session-file/misread.ts'
import { readStatus } from '../../session-file/read-expectation.ts'
import type { ExpectedStatus } from '../../session-file/statement.ts'
import { isReply } from './in-words.ts'
import { MatcherError, wrongArgument, wrongSubject } from './misuse.ts'

const EXAMPLE = "expect(reply).toReply('550 5.1.1', /unknown/)"

/**
 * Does the reply have this code, and this enhanced status code or text where given?
 *
 * `250`, `'250'`, `'25x'`, `'5xx'`, `'450|550'`, `'550 5.1.1'`, `'550 5.1.x'`, as session files have it; the second
 * argument is literal text or a regular expression, held against the reply's text lines joined by `\n`.
 *
 * @throws {MatcherError} where that is no reply, or nothing that a reply could be held against
 * @example expect(reply).toReply('550 5.1.1', /User unknown/)
 */
export function toReply(reply: Reply, expected: number | string, text?: string | RegExp) {
  if (!isReply(reply)) throw wrongSubject('toReply', 'a reply', EXAMPLE, reply)
  const status = statusOf(expected)
  if (text !== undefined && typeof text !== 'string' && !(text instanceof RegExp)) {
    throw wrongArgument('toReply', 'a text or a regular expression behind the code', EXAMPLE, text)
  }
  const heard = { status: String(reply.code), ...(reply.enhanced === undefined ? {} : { enhanced: reply.enhanced }) }
  const textFits =
    text === undefined || (typeof text === 'string' ? reply.text.includes(text) : new RegExp(text).test(reply.text))
  const wanted =
    text === undefined ? String(expected) : `${expected} ${typeof text === 'string' ? JSON.stringify(text) : text}`
  return {
    pass: statusFits(status, heard) && textFits,
    message: () => `expected the reply ${wanted}, the server said\n${indent(formatReply(reply))}`,
    actual: formatReply(reply),
    expected: wanted,
  }
}

/** What is expected, by the grammar of session files. */
function statusOf(expected: unknown): ExpectedStatus {
  if (typeof expected !== 'string' && typeof expected !== 'number') {
    throw wrongArgument('toReply', 'a reply code', EXAMPLE, expected)
  }
  const cursor = new Cursor(String(expected), 1)
  try {
    const status = readStatus(cursor)
    cursor.end('nothing else: a text goes into the second argument')
    return status
  } catch (error) {
    if (!(error instanceof Misread)) throw error
    throw new MatcherError(`toReply(${JSON.stringify(expected)}): ${error.message}; it is written ${EXAMPLE}`)
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
