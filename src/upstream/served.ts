import type { Attempt } from './attempt.ts'

/** A session with a client, as its upstream has it. */
export interface Served {
  readonly attempt: Attempt
  /** Has the client open a new connection for its next message, without costing it a reply. */
  leave(): void
  /** The same where the session is between two messages. */
  leaveAtRest(): void
  /** Breaks the connection with a TCP reset. */
  reset(why: string): void
}
