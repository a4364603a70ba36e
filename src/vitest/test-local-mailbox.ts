import type { StoredMessage } from '../mailbox/stored-message.ts'
import type { LocalMailbox } from '../rig/local-mailbox.ts'
import { fromThisTest } from './from-this-test.ts'
import type { MailboxMatch, ReceivingMailbox } from './receiving-mailbox.ts'
import type { TestCase } from './test-case.ts'

/** The mailbox of a Unix account on the MTA's host, as one test sees it. */
export class TestLocalMailbox implements ReceivingMailbox {
  readonly address: string
  readonly #testCase: TestCase
  readonly #mailbox: LocalMailbox

  constructor(testCase: TestCase, mailbox: LocalMailbox) {
    this.address = mailbox.address
    this.#testCase = testCase
    this.#mailbox = mailbox
  }

  receive(message: MailboxMatch, options: { timeoutMs?: number; folder?: string } = {}): Promise<StoredMessage> {
    return this.#testCase.expecting(this.address, message, this.#mailbox.waitFor(message, options))
  }

  /** What is in the mailbox now, or in a folder below the home directory; a folder named with `/` at the end is a Maildir. */
  list(folder?: string): Promise<StoredMessage[]> {
    return this.#mailbox.list(folder)
  }

  /** The files it is made of now, with owner and mode: one mbox, or those of a Maildir. */
  files: LocalMailbox['files'] = (folder) => this.#mailbox.files(folder)

  receivedFromThisTest(): Promise<StoredMessage[]> {
    return fromThisTest(this.#testCase, () => this.list())
  }
}
