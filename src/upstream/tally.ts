import type { RelayedMessage } from './relayed-message.ts'

/** What is known of a message that is counted and not kept. */
export interface CountedMessage {
  /** Without angle brackets. */
  messageId: string
  /** Reverse-path without angle brackets. */
  from: string
  /** Accepted recipients, in order, as transferred. */
  to: readonly string[]
}

/** Who counts many messages, so that an upstream need not keep each of them. */
export interface Tally {
  /** Is a message of this Message-ID one of those that are counted? Asked while it is still coming. */
  claims(messageId: string): boolean
  /** Takes a message that was handed over. False: it is not one of those after all, and is kept. */
  take(message: CountedMessage): boolean
  /** A message that the upstream keeps, for nobody counts it: a bounce, mail of somebody else. */
  saw?(message: RelayedMessage): void
}
