import type { Match } from '../mailbox/match.ts'
import type { StoredMessage } from '../mailbox/stored-message.ts'

export type MailboxMatch = Match

/** What the mailbox matchers need. A mailbox of the store and one of a Unix account both have it. */
export interface ReceivingMailbox {
  /** Names it in errors. */
  readonly address: string
  /** Waits until the message, or one that fits, is in the mailbox. @throws {WaitError} saying what was there instead. */
  receive(message: MailboxMatch, options?: { timeoutMs?: number }): Promise<StoredMessage>
  /** The messages of this test that are here once the MTA has done with all of them. */
  receivedFromThisTest(): Promise<StoredMessage[]>
}
