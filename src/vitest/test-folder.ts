import { isNoSuchFolder } from '../mailbox/folder-appears.ts'
import type { StoredMessage } from '../mailbox/stored-message.ts'
import type { RigMailbox } from '../rig/rig-mailbox.ts'
import { fromThisTest } from './from-this-test.ts'
import type { MailboxMatch, ReceivingMailbox } from './receiving-mailbox.ts'
import type { TestCase } from './test-case.ts'

/** One folder of a mailbox as one test sees it. */
export class TestFolder implements ReceivingMailbox {
  readonly address: string
  readonly #testCase: TestCase
  readonly #mailbox: RigMailbox
  readonly #path: string

  constructor(testCase: TestCase, mailbox: RigMailbox, path: string) {
    this.address = `${mailbox.address}, folder ${JSON.stringify(path)}`
    this.#testCase = testCase
    this.#mailbox = mailbox
    this.#path = path
  }

  /** Waits until the message, or one that fits, is in the folder; the delivery may make the folder. @throws {WaitError} */
  receive(message: MailboxMatch, options: { timeoutMs?: number } = {}): Promise<StoredMessage> {
    const coming = this.#mailbox.waitFor(message, { ...options, folder: this.#path })
    return this.#testCase.expecting(this.address, message, coming)
  }

  /** What is in the folder now. @throws {MailboxCommandError} if there is no such folder. */
  list(): Promise<StoredMessage[]> {
    return this.#mailbox.list(this.#path)
  }

  /** Flags the message as deleted and expunges it. */
  delete(message: StoredMessage): Promise<void> {
    return this.#mailbox.delete(message, this.#path)
  }

  /** A folder that nobody has made holds nothing. */
  receivedFromThisTest(): Promise<StoredMessage[]> {
    return fromThisTest(this.#testCase, () =>
      this.list().catch((error) => {
        if (isNoSuchFolder(error)) return []
        throw error
      }),
    )
  }
}
