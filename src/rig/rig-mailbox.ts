import type { LogFollower } from '../engine/log-follower.ts'
import type { MailArrival } from '../mailbox/arrival.ts'
import { type CensusMessage, census } from '../mailbox/census.ts'
import { ImapMailbox, openImap, type Quota, type WaitForOptions } from '../mailbox/imap.ts'
import type { ImapOptions } from '../mailbox/imap-options.ts'
import { type ImapSession, openImapSession } from '../mailbox/imap-session.ts'
import { MailboxCommandError } from '../mailbox/mailbox-error.ts'
import { type ManageSieve, openManageSieve } from '../mailbox/manage-sieve.ts'
import { type Match, matcherOf } from '../mailbox/match.ts'
import { openPop3, type Pop3 } from '../mailbox/pop3.ts'
import { SieveScripts } from '../mailbox/sieve-scripts.ts'
import type { StoredMessage } from '../mailbox/stored-message.ts'
import { timed } from '../metrics/waits.ts'
import type { LogEvent } from '../servers/log-event.ts'
import type { TlsOptions } from '../session/connection.ts'
import type { Trust } from './trust.ts'

interface RigMailboxOptions {
  address: string
  /** Who logs in: mostly the address. */
  user: string
  password: string
  /** Where the store answers; `imaps` and `pop3s` with TLS from the first octet. */
  endpoints: Record<'imap' | 'imaps' | 'pop3' | 'pop3s' | 'managesieve', { host: string; port: number }>
  /** Of the store's certificate. */
  tls: Trust
  /** The way in that is taken unless another is asked for. */
  defaultTls: MailboxTls
  log: LogFollower
  /** What a line of that log says. */
  readLog: (line: string) => LogEvent
  /** Aborted when the MTA has ended, and nothing more will come. */
  ended: AbortSignal
}

/** TLS from the first octet, after STARTTLS or STLS, or none. */
export type MailboxTls = 'implicit' | 'starttls' | false

/** How to connect. The default is the rig's own: its authority, and the name of the store. */
export interface MailboxConnection extends Omit<TlsOptions, 'cert' | 'key'> {
  tls?: MailboxTls
}

/** A mailbox of a rig's store. One IMAP connection serves all waits; others are opened when asked for. */
export class RigMailbox {
  readonly address: string
  readonly #options: RigMailboxOptions
  readonly #shared: ImapMailbox
  /** Its Sieve scripts, by ManageSieve. */
  readonly sieve: SieveScripts
  readonly #others: AsyncDisposable[] = []

  constructor(options: RigMailboxOptions) {
    this.address = options.address
    this.#options = options
    this.#shared = new ImapMailbox({ ...this.#imapOptions({}), arrival: arrivalsIn(options) })
    this.sieve = new SieveScripts(() => this.manageSieve())
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

  /**
   * Tells of each message in all its folders, by header fields alone, on a connection of its own: many messages cost no
   * memory.
   *
   * @throws {MailboxLoginError} {MailboxConnectionError}
   */
  census(take: (message: CensusMessage) => void): Promise<void> {
    return census(this.#imapOptions({}), take)
  }

  /** What it holds and may hold, as IMAP tells; undefined where there is no quota. */
  quota(): Promise<Quota | undefined> {
    return this.#shared.quota()
  }

  /** An IMAP connection of one's own, logged in. @throws {MailboxLoginError} */
  async imap(options: MailboxConnection & { password?: string } = {}): Promise<ImapMailbox> {
    const opened = await openImap(this.#imapOptions(options))
    this.#others.push(opened)
    return opened
  }

  /** An IMAP dialogue in which nobody is logged in. */
  async imapSession(options: MailboxConnection = {}): Promise<ImapSession> {
    const { tls, at, settings } = this.#way(options, 'imap')
    const opened = await openImapSession({ ...settings, ...at, tls: tls === 'implicit' && tls })
    this.#others.push(opened)
    if (tls === 'starttls') {
      const { status, text } = await opened.startTls(settings)
      if (status !== 'OK') throw new MailboxCommandError('STARTTLS', text, { transcript: opened.formatted })
    }
    return opened
  }

  /** A POP3 connection, logged in. @throws {MailboxLoginError} */
  async pop3(options: MailboxConnection & { password?: string } = {}): Promise<Pop3> {
    const { user, password } = this.#options
    const opened = await this.pop3Session(options)
    await opened.login({ user, password: options.password ?? password })
    return opened
  }

  /** A POP3 connection on which nobody is logged in. */
  async pop3Session(options: MailboxConnection = {}): Promise<Pop3> {
    const { tls, at, settings } = this.#way(options, 'pop3')
    const opened = await openPop3({ ...settings, ...at, tls: tls === 'implicit' && tls })
    this.#others.push(opened)
    if (tls === 'starttls') await opened.stls(settings)
    return opened
  }

  /** A ManageSieve session, logged in, over TLS where its options are given. @throws {MailboxLoginError} */
  async manageSieve(options: { password?: string; startTls?: TlsOptions } = {}): Promise<ManageSieve> {
    const { user, password, endpoints, tls, defaultTls } = this.#options
    const opened = await openManageSieve(endpoints.managesieve)
    this.#others.push(opened)
    // There is no port with TLS from the first octet (RFC 5804 §1.8).
    const startTls = options.startTls ?? (defaultTls === false ? undefined : {})
    if (startTls) await opened.startTls({ ...tls, ...startTls })
    await opened.login({ user, password: options.password ?? password })
    return opened
  }

  /** Ends all connections; not waited for, the server goes as well. */
  close(): void {
    void this.#shared.close()
    for (const opened of this.#others) void opened[Symbol.asyncDispose]()
  }

  #way(options: MailboxConnection, protocol: 'imap' | 'pop3') {
    const { endpoints, tls: own, defaultTls } = this.#options
    const { tls = defaultTls, ...settings } = options
    return {
      tls,
      at: endpoints[tls === 'implicit' ? (`${protocol}s` as const) : protocol],
      settings: { ...own, ...settings },
    }
  }

  #imapOptions(options: MailboxConnection & { password?: string }): ImapOptions {
    const { user, password } = this.#options
    const { tls, at, settings } = this.#way(options, 'imap')
    return { user, password, ...settings, ...at, tls }
  }
}

/** The store's log knows of a delivery half a second before an idling client is told. */
function arrivalsIn({ log, readLog }: Pick<RigMailboxOptions, 'log' | 'readLog'>): MailArrival {
  return {
    onArrival: (listener) =>
      log.on(({ text }) => {
        const { event, messageId } = readLog(text)
        if (event === 'store') listener(messageId)
      }),
  }
}
