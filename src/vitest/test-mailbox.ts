import type { Match } from '../mailbox/match.ts'
import type { StoredMessage } from '../mailbox/stored-message.ts'
import type { RigMailbox } from '../rig/rig-mailbox.ts'
import type { TestCase } from './test-case.ts'

export type MailboxMatch = Match

/** A mailbox as one test sees it. */
export class TestMailbox {
  readonly address: string
  readonly #testCase: TestCase
  readonly #mailbox: RigMailbox

  constructor(testCase: TestCase, mailbox: RigMailbox) {
    this.address = mailbox.address
    this.#testCase = testCase
    this.#mailbox = mailbox
  }

  /** Waits until the message, or one that fits, is in the mailbox. @throws {WaitError} saying what was there instead. */
  receive(message: MailboxMatch, options: { timeoutMs?: number; folder?: string } = {}): Promise<StoredMessage> {
    return this.#mailbox.waitFor(message, options)
  }

  /** What is in the mailbox now. */
  list(folder?: string): Promise<StoredMessage[]> {
    return this.#mailbox.list(folder)
  }

  /** Flags the message as deleted and expunges it. */
  delete(message: StoredMessage): Promise<void> {
    return this.#mailbox.delete(message)
  }

  /** An IMAP connection of one's own, e.g. with another password. Ended with the test. */
  imap: RigMailbox['imap'] = (options) => this.#mailbox.imap(options)

  /** A POP3 connection, logged in. */
  pop3: RigMailbox['pop3'] = (options) => this.#mailbox.pop3(options)

  /** The messages of this test that are here once the MTA has done with all of them. */
  async receivedFromThisTest(): Promise<StoredMessage[]> {
    await this.#testCase.settled()
    const { mta } = this.#testCase.rig
    const accepted = this.#testCase.accepted()
    const messageIds = new Set(accepted.flatMap(({ messageId }) => (messageId ? [messageId] : [])))
    const queueIds = accepted.flatMap((message) => mta.queueIdsOf(message))
    const stored = await this.list()
    const own = await Promise.all(
      stored.map(async (message) => messageIds.has(message.messageId ?? '') || (await isTraced(message, queueIds))),
    )
    return stored.filter((_, index) => own[index])
  }
}

/** Messages without a known Message-ID are recognised by the queue id in their trace lines (RFC 5321 §4.4). */
async function isTraced(message: StoredMessage, queueIds: readonly string[]): Promise<boolean> {
  const text = (await message.raw()).toString('latin1')
  const header = text.slice(0, text.indexOf('\r\n\r\n'))
  return queueIds.some((queueId) => header.includes(queueId))
}
