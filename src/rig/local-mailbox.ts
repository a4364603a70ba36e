import { posix } from 'node:path'
import type { ContainerFile } from '../engine/container-files.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import { readMaildir } from '../mailbox/maildir.ts'
import { type Match, type Matcher, matcherOf } from '../mailbox/match.ts'
import { readMbox } from '../mailbox/mbox.ts'
import { describeMessage, type StoredMessage } from '../mailbox/stored-message.ts'
import { bound } from '../metrics/patience.ts'
import { timed } from '../metrics/waits.ts'
import type { RunningMta } from './running-mta.ts'
import type { Traceable } from './traceable.ts'

const USUAL_MS = 10_000

export interface LocalMailboxOptions {
  /** Unix account, or `root`. */
  user: string
  address: string
  /** What the local delivery agent writes to: `/var/mail/<user>`, or `~/Maildir/`. */
  format: 'mbox' | 'maildir'
}

/** What a `LocalMailbox` needs of the MTA: its files, and to be told when a delivery has ended. */
type LocalHost = Pick<RunningMta, 'atRest' | 'ended' | 'onRest' | 'queueIdsOf' | 'read'>

/** The mailbox of a Unix account, read as the local delivery agent left it, without a command in the container. */
export class LocalMailbox {
  readonly address: string
  readonly #mta: LocalHost
  readonly #options: LocalMailboxOptions

  constructor(mta: LocalHost, options: LocalMailboxOptions) {
    this.address = options.address
    this.#mta = mta
    this.#options = options
  }

  /** The files it is made of now, none before the first mail. `folder` as for `list`. */
  async files(folder?: string): Promise<ContainerFile[]> {
    return this.#mta.read(this.#path(folder))
  }

  /**
   * What is in the mailbox now, oldest first.
   *
   * @param folder path below the home directory; `/` at the end means a Maildir, as it does for Postfix and procmail
   */
  async list(folder?: string): Promise<StoredMessage[]> {
    const path = this.#path(folder)
    const files = await this.files(folder)
    if (path.endsWith('/'))
      return readMaildir(files.map((file) => ({ ...file, path: posix.relative(path, file.path) })))
    return files.flatMap(({ content }) => readMbox(content))
  }

  /**
   * The first message that fits, there already or to come. The mailbox is read again when the MTA's log tells that a
   * message has left the queue or was put off: before that, it may be half written.
   *
   * @throws {WaitError} after `timeoutMs` (default 10 000 of an idle machine) and when the server is gone, telling what is there instead.
   */
  waitFor(match: Match, options: { timeoutMs?: number; folder?: string } = {}): Promise<StoredMessage> {
    const matcher = matcherOf(match)
    return timed(`${matcher.what} in ${this.address}`, this.#waitFor(match, matcher, options))
  }

  async #waitFor(
    match: Match,
    matcher: Matcher,
    { timeoutMs, folder }: { timeoutMs?: number; folder?: string },
  ): Promise<StoredMessage> {
    const over = Promise.withResolvers<string>()
    const end = bound(timeoutMs, USUAL_MS, (waited) => over.resolve(`${waited} ms are over`))
    let progress = Promise.withResolvers<undefined>()
    const off = this.#mta.onRest(() => {
      if (this.#mta.ended !== undefined) over.resolve(this.#mta.ended)
      progress.resolve(undefined)
    })
    try {
      if (this.#mta.ended !== undefined) over.resolve(this.#mta.ended)
      for (;;) {
        progress = Promise.withResolvers<undefined>()
        if (this.#isWritten(match, matcher)) {
          const found = await firstThatFits(matcher, await this.list(folder))
          if (found) return found
        }
        const reason = await Promise.race([over.promise, progress.promise])
        if (reason !== undefined) throw this.#missing(matcher, reason, await this.list(folder))
      }
    } finally {
      end()
      off()
    }
  }

  /** Not before the log knows of the message: what stands in the file may be the first half of it. */
  #isWritten(match: Match, { messageId }: Matcher): boolean {
    if (messageId === undefined) return true
    const traceable: Traceable = typeof match === 'object' ? match : { messageId }
    return this.#mta.queueIdsOf(traceable).length > 0 && this.#mta.atRest(traceable)
  }

  #path(folder?: string): string {
    const { user, format } = this.#options
    const home = user === 'root' ? '/root' : `/home/${user}`
    if (folder !== undefined) return posix.join(home, folder)
    return format === 'maildir' ? `${home}/Maildir/` : `/var/mail/${user}`
  }

  #missing(matcher: Matcher, why: string, stored: readonly StoredMessage[]): WaitError {
    const there = stored.map((message) => `  ${describeMessage(message)}`)
    return new WaitError(
      [
        `waited for ${matcher.what} in the mailbox of ${this.address}, but ${why}`,
        there.length === 0 ? 'the mailbox is empty' : `in the mailbox instead:`,
        ...there,
      ].join('\n'),
    )
  }
}

async function firstThatFits(matcher: Matcher, messages: readonly StoredMessage[]): Promise<StoredMessage | undefined> {
  for (const message of messages) if (await matcher.test(message)) return message
  return undefined
}
