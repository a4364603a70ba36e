/** One message in a server's queue. */
export interface QueueEntry {
  queueId: string
  sender: string
  recipients: { address: string; reason?: string }[]
  /** Octets. */
  size?: number
  /** When it was taken in, ms since the epoch; sendmail tells to the minute. */
  arrival?: number
  /**
   * `active` is tried for the first time; what was put off is `deferred`, also while it is tried again. `hold` was put aside by somebody, `frozen` by Exim, for either reason: neither is tried again by itself.
   */
  state: 'active' | 'deferred' | 'hold' | 'frozen'
}

/** What an administrator does to messages in the queue. Each gives the command for these queue ids, at least one. */
export interface QueueCommands {
  /** Puts them aside: not tried until released. */
  hold(queueIds: readonly string[]): string[]
  release(queueIds: readonly string[]): string[]
  /** Throws them away; nobody is told. */
  delete(queueIds: readonly string[]): string[]
}
