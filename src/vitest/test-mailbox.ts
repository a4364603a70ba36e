import type { StoredMessage } from '../mailbox/stored-message.ts'
import type { RigMailbox } from '../rig/rig-mailbox.ts'
import { fromThisTest } from './from-this-test.ts'
import type { MailboxMatch, ReceivingMailbox } from './receiving-mailbox.ts'
import type { TestCase } from './test-case.ts'
import { TestFolder } from './test-folder.ts'

/** A mailbox as one test sees it. */
export class TestMailbox implements ReceivingMailbox {
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
    return this.#testCase.expecting(this.address, message, this.#mailbox.waitFor(message, options))
  }

  /** A folder of it, which need not be there yet: a Sieve script may make it. */
  folder(path: string): TestFolder {
    return new TestFolder(this.#testCase, this.#mailbox, path)
  }

  /** What is in the mailbox now. */
  list(folder?: string): Promise<StoredMessage[]> {
    return this.#mailbox.list(folder)
  }

  /** Flags the message as deleted and expunges it. */
  delete(message: StoredMessage): Promise<void> {
    return this.#mailbox.delete(message)
  }

  /** What it holds and may hold, as IMAP tells; undefined where there is no quota. */
  quota: RigMailbox['quota'] = () => this.#mailbox.quota()

  /** Its Sieve scripts, by ManageSieve. */
  get sieve(): RigMailbox['sieve'] {
    return this.#mailbox.sieve
  }

  /** A ManageSieve session of one's own, e.g. over TLS. */
  manageSieve: RigMailbox['manageSieve'] = (options) => this.#mailbox.manageSieve(options)

  /** An IMAP connection of one's own, e.g. with another password. Ended with the test. */
  imap: RigMailbox['imap'] = (options) => this.#mailbox.imap(options)

  /** A POP3 connection, logged in. */
  pop3: RigMailbox['pop3'] = (options) => this.#mailbox.pop3(options)

  /** An IMAP dialogue in which nobody is logged in. */
  imapSession: RigMailbox['imapSession'] = (options) => this.#mailbox.imapSession(options)

  /** A POP3 connection on which nobody is logged in. */
  pop3Session: RigMailbox['pop3Session'] = (options) => this.#mailbox.pop3Session(options)

  receivedFromThisTest(): Promise<StoredMessage[]> {
    return fromThisTest(this.#testCase, () => this.list())
  }
}
