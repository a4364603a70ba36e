/** What identifies a message to its MTA: what `send` returns, or any object with one of these. */
export interface Traceable {
  /** Without angle brackets. */
  messageId?: string
  queueIds?: readonly string[]
}
