import type { StoredMessage } from './stored-message.ts'

/**
 * Which message is meant: a Message-ID (with or without brackets), anything that has one, such as what `sendMessage`
 * gave back, or a test of one's own.
 */
export type Match = string | { messageId: string } | ((message: StoredMessage) => boolean | Promise<boolean>)

export interface Matcher {
  /** For an error: what is looked for. */
  what: string
  /** The Message-ID without brackets, where that is all that counts. */
  messageId?: string
  test(message: StoredMessage): boolean | Promise<boolean>
}

export function matcherOf(match: Match, what = 'a message that fits'): Matcher {
  if (typeof match === 'function') return { what, test: match }
  const messageId = (typeof match === 'string' ? match : match.messageId).trim().replace(/^<(.*)>$/s, '$1')
  return {
    what: `the message <${messageId}>`,
    messageId,
    test: (message) => message.messageId === messageId,
  }
}
