import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { type MailrigError, WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'
import type { MailArrival } from './arrival.ts'
import { answered, imapConnectError } from './imap-answer.ts'
import { imapClient } from './imap-client.ts'
import type { ImapOptions } from './imap-options.ts'
import { MailboxCommandError, MailboxConnectionError } from './mailbox-error.ts'
import type { Matcher } from './match.ts'
import { describeMessage, type StoredMessage, storedMessage } from './stored-message.ts'
import { USUAL_WAIT_MS } from './usual-wait.ts'

/** Octets of a message that come with its first FETCH; what is larger is fetched when asked for. */
const EAGER_OCTETS = 65_536

/**
 * How often a wait asks by itself, ms. The store's log tells of what arrives, and so does the server while it is idled at
 * (RFC 2177), but by notices of the kernel: where those are used up, Dovecot tells as late as mailbox_idle_check_interval,
 * 30 s.
 */
const ASK_MS = 1_000

export interface FolderWaitOptions {
  timeoutMs?: number | undefined
  /** Without `timeoutMs`: ms of an idle machine. Default 10 000. */
  usualMs?: number
  arrival?: MailArrival
  abort?: AbortSignal
}

interface Waiter {
  matcher: Matcher
  offer(messages: StoredMessage[]): Promise<void>
  fail(error: Error): void
}

/**
 * One IMAP connection with one folder selected for good. It mirrors the folder, and idles (RFC 2177) whenever somebody
 * waits and no command runs, so that a wait costs no further set-up.
 */
export class ImapFolder {
  readonly #client: ImapFlow
  readonly #where: string
  /** By sequence number, from 1 at index 0. */
  readonly #messages: StoredMessage[] = []
  readonly #waiters = new Set<Waiter>()
  #tail: Promise<unknown> = Promise.resolve()
  #running = 0
  /** The EXISTS count for which a FETCH gave nothing. */
  #unseen = 0
  #nextSync: Promise<void> | undefined
  #closedBy: MailrigError | undefined

  private constructor(client: ImapFlow, where: string) {
    this.#client = client
    this.#where = where
  }

  /** @throws MailboxLoginError, MailboxConnectionError, MailboxCommandError where there is no such folder */
  static async open(options: ImapOptions, path: string): Promise<ImapFolder> {
    const client = imapClient(options)
    const where = `${options.user}'s ${path} at ${options.host}:${options.port}`
    const folder = new ImapFolder(client, where)
    let broken: Error | undefined
    client.on('error', (error: Error) => {
      broken = error
    })
    client.on('close', () => folder.#ended(client.byeReason ?? broken?.message ?? 'the server closed it', broken))
    client.on('expunge', ({ seq }) => {
      if (seq !== undefined) folder.#messages.splice(seq - 1, 1)
    })
    client.on('flags', ({ seq, flags }) => folder.#setFlags(seq, flags))
    client.on('exists', () => {
      // While a command runs, it looks itself once it is done.
      if (folder.#running === 0) void folder.#serial(() => folder.#fetchNew()).catch(() => {})
    })
    try {
      await client.connect()
    } catch (error) {
      throw imapConnectError(error, options, where)
    }
    try {
      await folder.#serial(async () => {
        await answered(`SELECT ${path}`, () => client.mailboxOpen(path))
        await folder.#fetchNew()
      })
    } catch (error) {
      client.close()
      throw error
    }
    return folder
  }

  get closed(): boolean {
    return this.#closedBy !== undefined
  }

  /** Whether the server has taken its leave, rather than gone without a word. */
  get dismissed(): boolean {
    return this.closed && this.#client.byeReason !== undefined
  }

  /** What is in the folder now, oldest first. */
  async list(): Promise<StoredMessage[]> {
    await this.#sync()
    return [...this.#messages]
  }

  /** Runs a command of one's own between the folder's. */
  use<T>(command: (client: ImapFlow) => Promise<T>): Promise<T> {
    return this.#serial(() => command(this.#client))
  }

  /**
   * The first message that fits, there already or to come.
   *
   * @throws WaitError that tells what is there instead; MailboxConnectionError when the connection ends
   */
  async waitFor(matcher: Matcher, options: FolderWaitOptions): Promise<StoredMessage> {
    const startedAt = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<StoredMessage>()
    const waiter: Waiter = {
      matcher,
      fail: reject,
      async offer(messages) {
        for (const message of messages) {
          if (await matcher.test(message)) return resolve(message)
        }
      },
    }
    const end = bound(options.timeoutMs, options.usualMs ?? USUAL_WAIT_MS, () =>
      reject(this.#expired(matcher, performance.now() - startedAt)),
    )
    const aborted = () => reject(options.abort?.reason)
    const off = options.arrival?.onArrival((messageId) => {
      const another = messageId !== undefined && matcher.messageId !== undefined && messageId !== matcher.messageId
      if (!another) this.#sync().catch(reject)
    })
    options.abort?.addEventListener('abort', aborted, { once: true })
    const asking = setInterval(() => void this.#sync().catch(reject), ASK_MS)
    this.#waiters.add(waiter)
    try {
      // What is there already counts also where nothing more can come.
      void this.#lookAround(waiter).then(() => options.abort?.aborted && aborted(), reject)
      return await promise
    } finally {
      end()
      clearInterval(asking)
      off?.()
      options.abort?.removeEventListener('abort', aborted)
      this.#waiters.delete(waiter)
    }
  }

  async close(): Promise<void> {
    if (this.#closedBy) return
    await this.#client.logout().catch(() => this.#client.close())
  }

  async #lookAround(waiter: Waiter): Promise<void> {
    await waiter.offer([...this.#messages])
    await this.#sync()
  }

  /** Asks the server for news; calls that come before it has begun share one. */
  #sync(): Promise<void> {
    this.#nextSync ??= this.#serial(async () => {
      this.#nextSync = undefined
      await this.#client.noop()
      await this.#fetchNew()
    })
    return this.#nextSync
  }

  /** One command after the other; idles after the last one while somebody waits. */
  async #serial<T>(command: () => Promise<T>): Promise<T> {
    this.#running += 1
    const result = this.#tail.then(() => {
      if (this.#closedBy) throw this.#closedBy
      return command()
    })
    this.#tail = result.catch(() => {})
    try {
      return await result
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#rest()
    }
  }

  #rest(): void {
    if (this.#closedBy || !this.#client.mailbox) return
    const { exists } = this.#client.mailbox
    if (exists > this.#messages.length && exists !== this.#unseen) {
      void this.#serial(() => this.#fetchNew()).catch(() => {})
    } else if (this.#waiters.size > 0) {
      this.#client.idle().catch(() => {})
    }
  }

  async #fetchNew(): Promise<void> {
    const client = this.#client
    while (client.mailbox && client.mailbox.exists > this.#messages.length) {
      const known = this.#messages.length
      const range = `${known + 1}:*`
      const fetched = await answered('FETCH', () =>
        client.fetchAll(range, {
          uid: true,
          flags: true,
          size: true,
          internalDate: true,
          source: { start: 0, maxLength: EAGER_OCTETS },
        }),
      )
      const rows = rowOfEach(fetched)
      for (const { seq, flags } of rows) if (flags) this.#setFlags(seq, flags)
      // What has no size was not asked for.
      const fresh = rows
        .filter(({ seq, size }) => seq > known && size !== undefined)
        .map((message) => this.#stored(message))
      if (fresh.length === 0) {
        // Gone already, and its EXPUNGE is still to come: asking at once again would only spin.
        this.#unseen = client.mailbox.exists
        return
      }
      this.#messages.push(...fresh)
      // Not awaited: a test of one's own may want to read the message on this very connection.
      for (const waiter of this.#waiters) waiter.offer(fresh).catch((error) => waiter.fail(error))
    }
  }

  #setFlags(seq: number, flags: Set<string>): void {
    const message = this.#messages[seq - 1]
    if (message) message.flags = flags
  }

  #stored(fetched: FetchMessageObject): StoredMessage {
    const head = fetched.source ?? Buffer.alloc(0)
    const size = fetched.size ?? head.length
    const { internalDate } = fetched
    let whole: Promise<Buffer> | undefined = head.length >= size ? Promise.resolve(head) : undefined
    return storedMessage(
      {
        uid: fetched.uid,
        size,
        flags: fetched.flags ?? [],
        ...(internalDate === undefined ? {} : { internalDate: new Date(internalDate) }),
      },
      head,
      () => {
        whole ??= this.#fetchWhole(fetched.uid)
        return whole
      },
    )
  }

  async #fetchWhole(uid: number): Promise<Buffer> {
    const fetched = await this.use((client) =>
      answered(`FETCH ${uid}`, () => client.fetchOne(`${uid}`, { source: true }, { uid: true })),
    )
    const source = fetched ? fetched.source : undefined
    if (source) return source
    throw new MailboxCommandError(`FETCH of UID ${uid}`, `no such message in ${this.#where} any more`)
  }

  #expired(matcher: Matcher, waitedMs: number): WaitError {
    const there = this.#messages.map((message) => `\n  ${describeMessage(message)}`).join('')
    return new WaitError(
      `Waited ${Math.round(waitedMs)} ms for ${matcher.what} in ${this.#where}, which did not come. ` +
        `${this.#messages.length === 0 ? 'It is empty.' : `It holds:${there}`}`,
      { remedy: 'Look for the message in the queue and the log of the MTA, or raise timeoutMs.' },
    )
  }

  #ended(reason: string, cause: Error | undefined): void {
    this.#closedBy ??= new MailboxConnectionError(this.#where, reason, cause)
    for (const waiter of this.#waiters) waiter.fail(this.#closedBy)
  }
}

/**
 * One row a message, in their order: among what a FETCH asks for a server may tell the flags of any message, and it may
 * answer for one message in several rows (RFC 9051 §7.5.2).
 */
function rowOfEach(rows: readonly FetchMessageObject[]): FetchMessageObject[] {
  const bySequence = new Map<number, FetchMessageObject>()
  for (const row of rows) bySequence.set(row.seq, { ...bySequence.get(row.seq), ...row })
  return [...bySequence.values()].sort((a, b) => a.seq - b.seq)
}
