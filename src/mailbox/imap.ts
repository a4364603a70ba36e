import { Allowance } from '../metrics/patience.ts'
import type { MailArrival } from './arrival.ts'
import { openOnceThere } from './folder-appears.ts'
import { answered } from './imap-answer.ts'
import { ImapFolder } from './imap-folder.ts'
import type { ImapOptions } from './imap-options.ts'
import { type Match, matcherOf } from './match.ts'
import type { StoredMessage } from './stored-message.ts'
import { USUAL_WAIT_MS } from './usual-wait.ts'

export interface WaitForOptions {
  /** Default `INBOX`. */
  folder?: string
  /** Milliseconds. Default 10 000 of an idle machine. */
  timeoutMs?: number
  arrival?: MailArrival
  /** Ends the wait with the signal's reason: the message is known never to come. */
  abort?: AbortSignal
  /** Names a test of one's own in the error, e.g. `the bounce`. */
  what?: string
}

/** What a mailbox holds and may hold (RFC 9208); a resource without a limit may be absent. */
export interface Quota {
  /** Octets, in steps of 1024. */
  storage?: QuotaUsage
  messages?: QuotaUsage
}

export interface QuotaUsage {
  used: number
  limit: number
}

/** Somebody's mailbox read by IMAP: one connection a folder, opened when first needed and kept. */
export class ImapMailbox {
  readonly #options: ImapOptions
  readonly #folders = new Map<string, Promise<ImapFolder>>()

  constructor(options: ImapOptions) {
    this.#options = options
  }

  /** All messages of a folder, oldest first. */
  async list(folder = 'INBOX'): Promise<StoredMessage[]> {
    return (await this.#open(folder)).list()
  }

  /** The messages of a folder that fit, oldest first. */
  async fetch(match: Match, folder = 'INBOX'): Promise<StoredMessage[]> {
    const { test } = matcherOf(match)
    const messages = await this.list(folder)
    const fits = await Promise.all(messages.map((message) => test(message)))
    return messages.filter((_, index) => fits[index])
  }

  /**
   * The first message that fits, there already or to come. No polling: the server's IDLE tells of it, or `arrival`.
   *
   * A server that takes its leave (`BYE`, RFC 9051 §7.1.5), because it reads its configuration again for instance, is
   * connected to once more, as mail programs do.
   *
   * @throws WaitError that names what is there instead; MailboxConnectionError as soon as the server goes
   */
  async waitFor(match: Match, options: WaitForOptions = {}): Promise<StoredMessage> {
    const path = options.folder ?? 'INBOX'
    const matcher = matcherOf(match, options.what)
    const arrival = options.arrival ?? this.#options.arrival
    const { abort } = options
    const what = `${matcher.what} in ${this.#options.user}'s ${path}`
    const allowance = new Allowance(USUAL_WAIT_MS)
    const deadline = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY)
    while (true) {
      const usualMs = Math.max(1, allowance.spend())
      const timeoutMs = options.timeoutMs === undefined ? undefined : Math.max(1, deadline - performance.now())
      const folder = await (arrival
        ? openOnceThere(() => this.#open(path), { what, timeoutMs, usualMs, arrival, abort })
        : this.#open(path))
      try {
        return await folder.waitFor(matcher, {
          timeoutMs,
          usualMs,
          ...(arrival === undefined ? {} : { arrival }),
          ...(abort === undefined ? {} : { abort }),
        })
      } catch (error) {
        if (!folder.dismissed || abort?.aborted || performance.now() >= deadline || allowance.spend() <= 0) throw error
      }
    }
  }

  /** Connects and selects ahead of the first wait, which then costs no set-up. */
  async ready(folder = 'INBOX'): Promise<void> {
    await this.#open(folder)
  }

  /** Removes messages for good: `\Deleted` and EXPUNGE. */
  async delete(messages: StoredMessage | StoredMessage[], folder = 'INBOX'): Promise<void> {
    const range = uids(messages)
    if (range === '') return
    const opened = await this.#open(folder)
    await opened.use((client) => answered('EXPUNGE', () => client.messageDelete(range, { uid: true })))
  }

  /** Sets the flags of messages to these and no others, e.g. `['\\Seen']`. */
  async setFlags(messages: StoredMessage | StoredMessage[], flags: string[], folder = 'INBOX'): Promise<void> {
    const range = uids(messages)
    if (range === '') return
    const opened = await this.#open(folder)
    await opened.use((client) => answered('STORE', () => client.messageFlagsSet(range, flags, { uid: true })))
  }

  /** Paths of all folders. */
  async folders(): Promise<string[]> {
    const opened = await this.#open('INBOX')
    const folders = await opened.use((client) => answered('LIST', () => client.list()))
    return folders.map(({ path }) => path)
  }

  /** What is used and allowed; undefined where the server has no quota for this folder. */
  async quota(folder = 'INBOX'): Promise<Quota | undefined> {
    const opened = await this.#open('INBOX')
    const quota = await opened.use((client) => answered('GETQUOTAROOT', () => client.getQuota(folder)))
    if (!quota) return undefined
    const storage = quotaUsage(quota.storage)
    const messages = quotaUsage(quota.message)
    return { ...(storage ? { storage } : {}), ...(messages ? { messages } : {}) }
  }

  async close(): Promise<void> {
    const folders = [...this.#folders.values()]
    this.#folders.clear()
    await Promise.all(folders.map((opening) => opening.then((folder) => folder.close()).catch(() => {})))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #open(path: string): Promise<ImapFolder> {
    const known = this.#folders.get(path)
    if (known) {
      const folder = await known
      if (!folder.closed) return folder
    }
    // Another caller may have opened it anew in the meantime.
    const current = this.#folders.get(path)
    if (current && current !== known) return current
    const opening = ImapFolder.open(this.#options, path)
    this.#folders.set(path, opening)
    opening.catch(() => {
      if (this.#folders.get(path) === opening) this.#folders.delete(path)
    })
    return opening
  }
}

/** Connects, logs in and selects INBOX. @throws MailboxLoginError, MailboxConnectionError */
export async function openImap(options: ImapOptions): Promise<ImapMailbox> {
  const mailbox = new ImapMailbox(options)
  await mailbox.ready()
  return mailbox
}

function quotaUsage(resource: unknown): QuotaUsage | undefined {
  const { usage = 0, limit } = (resource ?? {}) as { usage?: number; limit?: number }
  return limit === undefined ? undefined : { used: usage, limit }
}

function uids(messages: StoredMessage | StoredMessage[]): string {
  return [messages]
    .flat()
    .map(({ uid }) => uid)
    .join(',')
}
