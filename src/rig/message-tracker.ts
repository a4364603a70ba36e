import type { LogLine } from '../engine/log-follower.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import { timed } from '../metrics/waits.ts'
import type { MtaAdapter } from '../servers/contract.ts'
import type { LogEvent } from '../servers/log-event.ts'

/** One line of a server's log, with the time it was read here (ms since the epoch). */
export interface TrackedLine {
  at: number
  text: string
}

/** A log line together with what it says. `messageId`, `from` and `user` are those of the message, also where an earlier line told them. */
export type LoggedEvent = LogEvent & TrackedLine

interface Tracked {
  messageId?: string
  from?: string
  user?: string
  /** The server said that it took it in. */
  queued: boolean
  removed: boolean
  deferred?: string
  children: Set<string>
  events: LoggedEvent[]
}

/**
 * Follows messages through an MTA's queue by its log alone, so that waiting costs no command in the container.
 *
 * A message is *settled* when the MTA holds neither it nor anything made because of it: a bounce, a forwarded copy.
 */
export class MessageTracker {
  /** Every line so far, read. */
  readonly events: LoggedEvent[] = []
  readonly #readLog: MtaAdapter['readLog']
  readonly #messages = new Map<string, Tracked>()
  readonly #waiting = new Set<() => void>()
  #ended: string | undefined

  constructor(readLog: MtaAdapter['readLog']) {
    this.#readLog = readLog
  }

  /** Takes the next log line. */
  feed(line: LogLine): void {
    const read = this.#readLog(line.text, line.stream)
    if (read.queueId === undefined) {
      this.events.push({ ...read, at: line.at, text: line.text })
      return
    }
    const message = this.#message(read.queueId)
    this.#relate(read.queueId, read)
    for (const key of ['messageId', 'from', 'user'] as const) {
      const value = read[key]
      if (value !== undefined) message[key] = value
    }
    const event = { ...knownOf(message), ...read, at: line.at, text: line.text }
    this.events.push(event)
    message.events.push(event)

    if (read.event === 'queued') message.queued = true
    const atRest = read.event === 'deferred' || read.event === 'held'
    if (atRest && !(read.untried && message.deferred !== undefined)) message.deferred = line.text
    if (read.removed) message.removed = true
    if (read.removed || atRest) for (const wake of [...this.#waiting]) wake()
  }

  /** The server is gone: every wait ends at once with this reason. */
  end(reason: string): void {
    this.#ended = reason
    for (const wake of [...this.#waiting]) wake()
  }

  /** Why there will be no more lines; undefined while the server runs. */
  get ended(): string | undefined {
    return this.#ended
  }

  /** Every message that was taken in and has not left since. */
  queued(): string[] {
    return [...this.#messages].filter(([, { queued, removed }]) => queued && !removed).map(([queueId]) => queueId)
  }

  /** These ids and all that came of them, but those that have left the queue. */
  open(queueIds: Iterable<string>): string[] {
    return this.family(queueIds).filter((queueId) => !this.#messages.get(queueId)?.removed)
  }

  /** Takes messages for removed, where the log does not say so. */
  forget(queueIds: Iterable<string>): void {
    for (const queueId of queueIds) this.#message(queueId).removed = true
    for (const wake of [...this.#waiting]) wake()
  }

  /** Lines that name a message and were not understood: what the adapter's `readLog` has still to learn. */
  unread(): LoggedEvent[] {
    return this.events.filter(
      ({ event, queueId, text }) =>
        event === 'raw' && (queueId !== undefined || [...this.#messages.keys()].some((id) => text.includes(id))),
    )
  }

  /** Calls `listener` whenever a message is let go of or put off, and when the server is gone. The result ends that. */
  onRest(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** Has each of these, and all that came of them, been let go of or put off at least once: is no first try under way? */
  atRest(queueIds: Iterable<string>): boolean {
    return this.family(queueIds).every((queueId) => {
      const message = this.#messages.get(queueId)
      return message?.removed === true || message?.deferred !== undefined
    })
  }

  /** Queue ids under which this Message-ID (without angle brackets) has passed, oldest first. */
  queueIdsOf(messageId: string): string[] {
    return [...this.#messages].filter(([, message]) => message.messageId === messageId).map(([queueId]) => queueId)
  }

  /** These ids and all that came of them. */
  family(queueIds: Iterable<string>): string[] {
    const family = new Set<string>()
    const visit = (queueId: string) => {
      if (family.has(queueId)) return
      family.add(queueId)
      for (const child of this.#messages.get(queueId)?.children ?? []) visit(child)
    }
    for (const queueId of queueIds) visit(queueId)
    return [...family]
  }

  /** Log lines of these ids and all that came of them, in the order they were read. */
  eventsOf(queueIds: Iterable<string>): LoggedEvent[] {
    return this.family(queueIds)
      .flatMap((queueId) => this.#messages.get(queueId)?.events ?? [])
      .sort((a, b) => a.at - b.at)
  }

  /**
   * Resolves when the MTA holds none of these messages any more.
   *
   * @throws {WaitError} after `timeoutMs`, naming what is still queued and the last reason it was deferred; at once
   * when the server is gone.
   */
  settled(queueIds: Iterable<string>, timeoutMs?: number): Promise<void> {
    const wanted = [...queueIds]
    return this.#until(() => this.open(wanted), 'the queue to let go of', timeoutMs)
  }

  /** Resolves when each of these, and all that came of them, has been let go of or put off. @throws {WaitError} likewise. */
  rested(queueIds: Iterable<string>, timeoutMs?: number): Promise<void> {
    const wanted = [...queueIds]
    const busy = () => this.open(wanted).filter((queueId) => this.#messages.get(queueId)?.deferred === undefined)
    return this.#until(busy, 'the queue to deliver or put off', timeoutMs)
  }

  #until(open: () => string[], waitingFor: string, timeoutMs = 10_000): Promise<void> {
    if (open().length === 0) return Promise.resolve()
    const done = new Promise<void>((resolve, reject) => {
      const finish = (error?: WaitError) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        if (open().length === 0) finish()
        else if (this.#ended !== undefined) finish(this.#unsettled(open(), waitingFor, this.#ended))
      }
      const timer = setTimeout(() => finish(this.#unsettled(open(), waitingFor, `${timeoutMs} ms are over`)), timeoutMs)
      this.#waiting.add(check)
      check()
    })
    return timed(`${waitingFor} ${open().length === 1 ? 'one message' : `${open().length} messages`}`, done)
  }

  #unsettled(queueIds: string[], waitingFor: string, why: string): WaitError {
    const lines = queueIds.map((queueId) => {
      const last = this.#messages.get(queueId)
      return `  ${queueId}: ${last?.deferred ?? last?.events.at(-1)?.text ?? 'no log line yet'}`
    })
    return new WaitError(`waited for ${waitingFor} ${queueIds.join(', ')}, but ${why}\n${lines.join('\n')}`, {
      remedy:
        'A deferred message stays queued until its next hop takes it; wait for the deferral, or mend the next hop.',
    })
  }

  #relate(queueId: string, { child, parent }: LogEvent): void {
    if (child !== undefined && child !== queueId) {
      this.#message(queueId).children.add(child)
      this.#message(child)
    }
    if (parent !== undefined) this.#message(parent).children.add(queueId)
  }

  #message(queueId: string): Tracked {
    let message = this.#messages.get(queueId)
    if (!message) {
      message = { queued: false, removed: false, children: new Set(), events: [] }
      this.#messages.set(queueId, message)
    }
    return message
  }
}

function knownOf({ messageId, from, user }: Tracked): Pick<Tracked, 'messageId' | 'from' | 'user'> {
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(from === undefined ? {} : { from }),
    ...(user === undefined ? {} : { user }),
  }
}
