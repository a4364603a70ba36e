import type { LogLine } from '../engine/log-follower.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { bound } from '../metrics/patience.ts'
import { timed } from '../metrics/waits.ts'
import type { LogEvent } from '../servers/log-event.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import { Kinship } from './kinship.ts'

/** How long an idle machine waits for messages, ms. */
export const DEFAULT_WAIT_MS = 10_000

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
  /** When it was first heard of, ms since the epoch. */
  since: number
  /** A client of the rig brought it, or it came from inside: from the store, from sendmail(1), from the server itself. */
  origin?: 'outside' | 'inside'
  /** The server said that it is taking it in. */
  coming: boolean
  /** The server said that it took it in. */
  queued: boolean
  removed: boolean
  /** Nobody will ask for it again once it has left. */
  forgotten?: true
  deferred?: string
  events: LoggedEvent[]
}

/** Messages of whose acceptance nobody told: all that came since a moment, but for some. */
export interface Scope {
  /** Milliseconds since the epoch. */
  since: number
  /** Queue ids that are somebody else's, and so is all that came of them. */
  except?: () => Iterable<string>
}

/**
 * Follows messages through an MTA's queue by its log alone, so that waiting costs no command in the container.
 *
 * A message is *settled* when the MTA holds neither it nor anything made because of it: a bounce, a forwarded copy, a
 * vacation answer. What comes from inside the rig, and of what the log does not say, may have come of every message
 * that was being delivered then.
 */
export class MessageTracker {
  /** Every line so far, read. */
  readonly events: LoggedEvent[] = []
  readonly #readLog: MtaAdapter['readLog']
  readonly #isInside: (client: string) => boolean
  readonly #messages = new Map<string, Tracked>()
  readonly #kinship = new Kinship()
  /** Those that have left since it was last seen that nothing was under way beside the log. */
  readonly #justLeft = new Set<string>()
  readonly #waiting = new Set<() => void>()
  #ended: string | undefined
  #held = 0
  #keep = Number.POSITIVE_INFINITY

  /** `isInside` tells whether a client, as the log names it, is a server of the rig. */
  constructor(readLog: MtaAdapter['readLog'], isInside: (client: string) => boolean = () => false) {
    this.#readLog = readLog
    this.#isInside = isInside
  }

  /** Takes the next log line. */
  feed(line: LogLine): void {
    const read = this.#readLog(line.text, line.stream)
    if (this.events.length >= 2 * this.#keep) this.events.splice(0, this.events.length - this.#keep)
    if (read.queueId === undefined) {
      this.events.push({ ...read, at: line.at, text: line.text })
      return
    }
    const message = this.#message(read.queueId, line.at)
    this.#relate(read.queueId, read, line.at)
    for (const key of ['messageId', 'from', 'user'] as const) {
      const value = read[key]
      if (value !== undefined) message[key] = value
    }
    if (read.event === 'queued' && !message.queued) {
      message.queued = true
      if (!message.removed) this.#held += 1
    }
    if (read.coming) message.coming = true
    this.#place(read.queueId, message, read)
    const event = { ...knownOf(message), ...read, at: line.at, text: line.text }
    this.events.push(event)
    message.events.push(event)

    const atRest = read.event === 'deferred' || read.event === 'held'
    if (atRest && !(read.untried && message.deferred !== undefined)) message.deferred = line.text
    if (read.removed) this.#remove(read.queueId, message)
    if (read.removed || atRest || read.event === 'queued') this.#wake()
  }

  /** The server is gone: every wait ends at once with this reason. */
  end(reason: string): void {
    this.#ended = reason
    this.#wake()
  }

  /** Why there will be no more lines; undefined while the server runs. */
  get ended(): string | undefined {
    return this.#ended
  }

  /** How many messages were taken in and have not left since. */
  get held(): number {
    return this.#held
  }

  /**
   * From now on keeps the last so many lines for `events`. What is remembered of each message stays, until `letGo`: for runs
   * of many messages.
   */
  keepLast(lines: number): void {
    this.#keep = lines
  }

  /** Forgets what was told of these messages, as soon as they have left the queue: nobody will ask for them again. */
  letGo(queueIds: Iterable<string>): void {
    for (const queueId of queueIds) {
      const message = this.#messages.get(queueId)
      if (!message) continue
      message.forgotten = true
      if (message.removed) this.#erase(queueId)
    }
  }

  /** Every message that was taken in and has not left since. */
  queued(): string[] {
    return [...this.#messages].filter(([, { queued, removed }]) => queued && !removed).map(([queueId]) => queueId)
  }

  /** How many lines there were about this message so far. */
  linesAbout(queueId: string): number {
    return this.#messages.get(queueId)?.events.length ?? 0
  }

  /** These ids and all that came of them, or may have, but those that have left the queue. */
  open(queueIds: Iterable<string>): string[] {
    return this.family(queueIds).filter((queueId) => !this.#messages.get(queueId)?.removed)
  }

  /** The same, without those that were put off. */
  busy(queueIds: Iterable<string>): string[] {
    return this.open(queueIds).filter((queueId) => this.#messages.get(queueId)?.deferred === undefined)
  }

  /** Messages in the scope: of all that were taken in since then, those that came of nothing older and nothing excepted. */
  within({ since, except }: Scope): string[] {
    const isOlder = ([, message]: [string, Tracked]) => message.since < since
    const older = [...this.#messages].filter(isOlder).map(([queueId]) => queueId)
    const others = new Set([...this.#kinship.certainFamily(older), ...this.family(except?.() ?? [])])
    return [...this.#messages]
      .filter(([queueId, { queued, coming }]) => (queued || coming) && !others.has(queueId))
      .map(([queueId]) => queueId)
  }

  /** Has the log said of a try that it failed for now? Not so of what was put aside by somebody. */
  wasPutOff(queueId: string): boolean {
    return this.#messages.get(queueId)?.events.some(({ event }) => event === 'deferred') === true
  }

  /** Those of which the server has not said that it took them in: the client may have broken off. */
  unqueued(queueIds: Iterable<string>): string[] {
    return [...queueIds].filter((queueId) => !this.#messages.get(queueId)?.queued)
  }

  /** Who has left so far: to be given to `nothingMoreOf` when it was seen that nothing was under way beside the log. */
  get justLeft(): readonly string[] {
    return [...this.#justLeft]
  }

  /** Nothing more comes of these. */
  nothingMoreOf(queueIds: readonly string[]): void {
    for (const queueId of queueIds) this.#justLeft.delete(queueId)
  }

  /** Takes messages for removed, where the log does not say so. */
  forget(queueIds: Iterable<string>): void {
    for (const queueId of queueIds) {
      const message = this.#message(queueId, epochNow())
      if (message.queued && !message.removed) this.#held -= 1
      message.removed = true
    }
    this.#wake()
  }

  /**
   * The server was started anew: of what the log has not told of since, only what is listed is in its queue. A power cut
   * may bring back what had left, and a server that was killed may hold what it had not told of.
   *
   * @param since when it went, ms since the epoch
   */
  startedAnew(since: number, listed: ReadonlySet<string>): void {
    for (const [queueId, message] of this.#messages) {
      if ((message.events.at(-1)?.at ?? message.since) >= since) continue
      const held = message.queued && !message.removed
      const holds = listed.has(queueId)
      if (holds !== held) this.#held += holds ? 1 : -1
      message.queued ||= holds
      message.removed = !holds
    }
    this.#wake()
  }

  /** Lines that name a message and were not understood: what the adapter's `readLog` has still to learn. */
  unread(): LoggedEvent[] {
    return this.events.filter(
      ({ event, queueId, text }) =>
        event === 'raw' && (queueId !== undefined || [...this.#messages.keys()].some((id) => text.includes(id))),
    )
  }

  /** Calls `listener` whenever a message is let go of or put off, and when the server is gone. Call the result to end that. */
  onRest(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** Has each of these, and all that came of them, been let go of or put off at least once: is no first try under way? */
  atRest(queueIds: Iterable<string>): boolean {
    return this.busy(queueIds).length === 0
  }

  /** Queue ids under which this Message-ID (without angle brackets) has passed, oldest first. */
  queueIdsOf(messageId: string): string[] {
    return [...this.#messages].filter(([, message]) => message.messageId === messageId).map(([queueId]) => queueId)
  }

  /** Without angle brackets; undefined where the log has not told it. */
  messageIdOf(queueId: string): string | undefined {
    return this.#messages.get(queueId)?.messageId
  }

  /** These ids and all that came of them, or may have. */
  family(queueIds: Iterable<string>): string[] {
    return this.#kinship.family(queueIds)
  }

  /** These ids and all that came of them for sure. */
  certainFamily(queueIds: Iterable<string>): string[] {
    return this.#kinship.certainFamily(queueIds)
  }

  /** Log lines of these ids and all that came of them, in the order they were read. */
  eventsOf(queueIds: Iterable<string>): LoggedEvent[] {
    return this.certainFamily(queueIds)
      .flatMap((queueId) => this.#messages.get(queueId)?.events ?? [])
      .sort((a, b) => a.at - b.at)
  }

  /**
   * Resolves when `pending` gives none of them any more.
   *
   * @param waitingFor what they are waited for to do, e.g. `the queue to let go of`
   * @param boundMs what the whole wait was given, where this is its last part
   * @throws {WaitError} after `timeoutMs` (default {@link DEFAULT_WAIT_MS}, longer on a slow machine), naming what is still queued and the
   * last reason it was deferred; at once when the server is gone.
   */
  until(pending: () => string[], waitingFor: string, timeoutMs?: number, boundMs = timeoutMs): Promise<void> {
    if (pending().length === 0) return Promise.resolve()
    const done = new Promise<void>((resolve, reject) => {
      const finish = (error?: WaitError) => {
        stop()
        this.#waiting.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        const left = pending()
        if (left.length === 0) finish()
        else if (this.#ended !== undefined) finish(this.unsettled(left, waitingFor, this.#ended))
      }
      const stop = bound(timeoutMs, DEFAULT_WAIT_MS, (waitedMs) =>
        finish(this.unsettled(pending(), waitingFor, `${boundMs ?? waitedMs} ms are over`)),
      )
      this.#waiting.add(check)
      check()
    })
    return timed(`${waitingFor} ${pending().length === 1 ? 'one message' : `${pending().length} messages`}`, done)
  }

  /** Why a wait for these was given up. */
  unsettled(queueIds: string[], waitingFor: string, why: string): WaitError {
    const lines = this.lastLines(queueIds).map((line) => `  ${line}`)
    return new WaitError(`waited for ${waitingFor} ${queueIds.join(', ')}, but ${why}\n${lines.join('\n')}`, {
      remedy:
        'A deferred message stays queued until its next hop takes it; wait for the deferral, or repair the next hop.',
    })
  }

  /** Why each was put off, or else the last that was said of it. */
  lastLines(queueIds: readonly string[]): string[] {
    return queueIds.map((queueId) => {
      const last = this.#messages.get(queueId)
      return `${queueId}: ${last?.deferred ?? last?.events.at(-1)?.text ?? 'no log line yet'}`
    })
  }

  #relate(queueId: string, { child, parent }: LogEvent, at: number): void {
    if (child !== undefined && child !== queueId) {
      this.#message(child, at)
      this.#kinship.relate(queueId, child)
    }
    if (parent !== undefined) {
      this.#message(parent, at)
      this.#kinship.relate(parent, queueId)
    }
  }

  /** Finds out where a message comes from, and where it is from inside, which messages it may have come of. */
  #place(queueId: string, message: Tracked, read: LogEvent): void {
    const origin = message.origin ?? this.#originOf(message, read)
    if (origin === undefined) return
    const isNew = message.origin === undefined
    message.origin = origin
    if (origin === 'outside' || this.#kinship.isTold(queueId)) return
    // A copy keeps its Message-ID: redirected by Sieve, forwarded by procmail.
    const original = read.messageId === undefined ? undefined : this.#lastWith(read.messageId, queueId)
    if (original !== undefined) this.#kinship.relate(original, queueId)
    else if (isNew) this.#kinship.suppose(this.#mayHaveMade(read), queueId)
  }

  #originOf(message: Tracked, { origin, client }: LogEvent): Tracked['origin'] {
    if (origin === 'local') return 'inside'
    if (client !== undefined) return this.#isInside(client) ? 'inside' : 'outside'
    return message.queued ? 'inside' : undefined
  }

  #lastWith(messageId: string, but: string): string | undefined {
    return this.queueIdsOf(messageId)
      .filter((queueId) => queueId !== but && !this.#kinship.family([but]).includes(queueId))
      .at(-1)
  }

  /** The store hands in what it makes of a message while it takes it; a program's may be fetched after the message left. */
  #mayHaveMade({ origin }: LogEvent): string[] {
    const held = [...this.#messages].filter(([, { queued, removed }]) => queued && !removed)
    return [...held.map(([queueId]) => queueId), ...(origin === 'local' ? this.#justLeft : [])]
  }

  #remove(queueId: string, message: Tracked): void {
    if (!message.removed) {
      this.#justLeft.add(queueId)
      if (message.queued) this.#held -= 1
    }
    message.removed = true
    if (message.forgotten) this.#erase(queueId)
  }

  #erase(queueId: string): void {
    this.#messages.delete(queueId)
    this.#justLeft.delete(queueId)
    this.#kinship.erase(queueId)
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  #message(queueId: string, at: number): Tracked {
    let message = this.#messages.get(queueId)
    if (!message) {
      message = { since: at, coming: false, queued: false, removed: false, events: [] }
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
