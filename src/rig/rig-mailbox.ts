import type { LogFollower } from '../engine/log-follower.ts'
import type { MailArrival } from '../mailbox/arrival.ts'
import { ImapMailbox, openImap, type WaitForOptions } from '../mailbox/imap.ts'
import { type Match, matcherOf } from '../mailbox/match.ts'
import { openPop3, type Pop3 } from '../mailbox/pop3.ts'
import type { StoredMessage } from '../mailbox/stored-message.ts'
import { timed } from '../metrics/waits.ts'
import { store } from '../servers/registry.ts'

interface RigMailboxOptions {
  address: string
  password: string
  imap: { host: string; port: number }
  pop3: { host: string; port: number }
  log: LogFollower
  /** Aborted when the MTA has ended, and nothing more will come. */
  ended: AbortSignal
}

/** A mailbox of a rig's store. One IMAP connection serves all waits; others are opened when asked for. */
export class RigMailbox {
  readonly address: string
  readonly #options: RigMailboxOptions
  readonly #shared: ImapMailbox
  readonly #imap: ImapMailbox[] = []
  readonly #pop3: Pop3[] = []

  constructor(options: RigMailboxOptions) {
    this.address = options.address
    this.#options = options
    this.#shared = new ImapMailbox({
      ...options.imap,
      user: options.address,
      password: options.password,
      arrival: arrivalsIn(options.log),
    })
  }

  /** The first message that fits, there already or to come. @throws {WaitError} telling what is there instead. */
  waitFor(match: Match, options: WaitForOptions = {}): Promise<StoredMessage> {
    const abort = AbortSignal.any([this.#options.ended, ...(options.abort ? [options.abort] : [])])
    const what = `${matcherOf(match).what} in ${this.address}`
    return timed(what, this.#shared.waitFor(match, { ...options, abort }))
  }

  /** What is in a folder now, oldest first. Default INBOX. */
  list(folder?: string): Promise<StoredMessage[]> {
    return this.#shared.list(folder)
  }

  delete(messages: StoredMessage | StoredMessage[], folder?: string): Promise<void> {
    return this.#shared.delete(messages, folder)
  }

  /** An IMAP connection of one's own, logged in. @throws {MailboxLoginError} */
  async imap(options: { password?: string } = {}): Promise<ImapMailbox> {
    const { address, password, imap } = this.#options
    const opened = await openImap({ ...imap, user: address, password, ...options })
    this.#imap.push(opened)
    return opened
  }

  /** A POP3 connection, logged in. @throws {MailboxLoginError} */
  async pop3(options: { password?: string } = {}): Promise<Pop3> {
    const { address, password, pop3 } = this.#options
    const opened = await openPop3(pop3)
    this.#pop3.push(opened)
    await opened.login({ user: address, password, ...options })
    return opened
  }

  /** Ends all connections; not waited for, the server goes as well. */
  close(): void {
    for (const opened of [this.#shared, ...this.#imap]) void opened.close()
    for (const opened of this.#pop3) opened.destroy()
  }
}

/** The store's log knows of a delivery half a second before an idling client is told. */
function arrivalsIn(log: LogFollower): MailArrival {
  return {
    onArrival: (listener) =>
      log.on(({ text }) => {
        const { event, messageId } = store.readLog(text)
        if (event === 'store') listener(messageId)
      }),
  }
}
