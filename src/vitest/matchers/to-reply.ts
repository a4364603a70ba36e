import { formatReply, type Reply } from '../../session/reply.ts'

/**
 * Does the reply have this code, and this enhanced status code or text where given?
 *
 * `250`, `'250'`, `'25x'`, `'5xx'`, `'550 5.1.1'`; the second argument is literal text or a regular expression, held
 * against the reply's text lines joined by `\n`.
 *
 * @example expect(reply).toReply('550 5.1.1', /User unknown/)
 */
export function toReply(reply: Reply, expected: number | string, text?: string | RegExp) {
  const [code = '', enhanced] = String(expected).split(' ')
  const codeFits = new RegExp(`^${code.replaceAll('x', '\\d')}$`).test(String(reply.code))
  const enhancedFits = enhanced === undefined || reply.enhanced === enhanced
  const textFits =
    text === undefined || (typeof text === 'string' ? reply.text.includes(text) : new RegExp(text).test(reply.text))
  const wanted =
    text === undefined ? String(expected) : `${expected} ${typeof text === 'string' ? JSON.stringify(text) : text}`
  return {
    pass: codeFits && enhancedFits && textFits,
    message: () => `expected the reply ${wanted}, the server said\n${indent(formatReply(reply))}`,
    actual: formatReply(reply),
    expected: wanted,
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
