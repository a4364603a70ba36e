import { epochNow } from '../metrics/clock.ts'
import { formatJourney } from '../rig/journey.ts'
import type { Rig } from '../rig/rig.ts'
import type { Finder } from './finder.ts'
import type { LatencyMs } from './latencies.ts'
import type { Ledger } from './ledger.ts'
import type { LoadPlan } from './load-plan-data.ts'
import { whileThere } from './while-there.ts'

/** How a run of a load went, apart from its messages. */
export interface LoadCourse {
  /** From the first MAIL to the last reply. */
  sendingSeconds: number
  /** From the first MAIL until every message was accounted for, or given up. */
  seconds: number
  /** RSS of this process (resident set size), in MiB. */
  rssMiB: { start: number; end: number }
  /** Why the account was closed although something was still to come. */
  givenUp?: string
  /** Somebody ended it before its time: then nothing is known to be lost. */
  interrupted?: true
}

/** What `mailrig load --json` prints. All counts are of messages. */
export interface LoadDocument {
  sent: number
  /** The server answered 250 to the final dot, for one recipient at least. */
  accepted: number
  refused: number
  /** The connection ended before the reply to the final dot was read, or the run was interrupted before the message was found: neither lost nor kept. */
  unknown: number
  /** Of the unknown: they came all the same. */
  unknownFound: number
  /** Of the accepted: each recipient has it. */
  delivered: number
  /** Of the accepted: the sender was told of each recipient who has not got it. */
  bounced: number
  /** Of the accepted: the server still has it. */
  queued: number
  /** Of the accepted: it is nowhere. */
  lost: number
  /** It came to one recipient more than once. */
  duplicated: number
  seconds: number
  sendingSeconds: number
  /** Accepted messages in a second of sending. */
  acceptedPerSecond: number
  /** Delivered messages in a second of the whole. */
  deliveredPerSecond: number
  /** From MAIL to the reply to the final dot, in ms. Absent where nothing was accepted. */
  acceptMs?: LatencyMs
  /** From MAIL to the upstream or the mailbox, in ms. Absent where nothing came. */
  deliveryMs?: LatencyMs
  /** What refused messages, and how connections failed; how often each, the most frequent first. */
  refusals: { reply: string; count: number }[]
  /** Why the accepted ones were bounced; how many messages each, the most frequent first. */
  bounces: { text: string; count: number }[]
  rssMiB: { start: number; end: number }
  givenUp?: string
  /** The run was ended before its time. Absent otherwise. */
  interrupted?: true
}

/** A message that was lost or came too often, with its way so far. */
export interface LoadCase {
  messageId: string
  /** Where it was to come, and where it came how often. */
  places: { address: string; taken: boolean; copies: number; bounced: boolean }[]
  /** Line by line; empty where the log was not kept that long. */
  journey: string[]
}

/** How many messages are named, at most. */
const NAMED = 10

interface Parts {
  rig: Rig
  plan: LoadPlan
  ledger: Ledger
  finder: Finder
}

/** What became of each message of a load, by its Message-ID: replies, upstreams, mailboxes, bounces and the queue. */
export class LoadAccount {
  readonly #parts: Parts
  #course: LoadCourse = { sendingSeconds: 0, seconds: 0, rssMiB: { start: 0, end: 0 } }
  #queued = new Set<number>()
  /** ms since the epoch. */
  readonly #startedAt = epochNow()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The rig whose server had the load. */
  get rig(): Rig {
    return this.#parts.rig
  }

  get sent(): number {
    return this.#parts.ledger.counts.sent
  }

  get accepted(): number {
    return this.#parts.ledger.counts.accepted
  }

  /** Calls `listener` whenever a message was accepted or found. Call the result to end that. */
  onProgress(listener: () => void): () => void {
    const offs = [this.#parts.ledger.onAccepted(listener), this.#parts.ledger.onFound(listener)]
    return () => {
      for (const off of offs) off()
    }
  }

  get refused(): number {
    return this.#parts.ledger.counts.refused
  }

  get unknown(): number {
    const { sent, accepted, refused, unknown, open } = this.#parts.ledger.counts
    return this.interrupted ? sent - accepted - refused + open - this.queued : unknown
  }

  get delivered(): number {
    return this.#parts.ledger.closed().delivered
  }

  get bounced(): number {
    return this.#parts.ledger.closed().bounced
  }

  /** Those that the server still had when the account was closed, or counted anew. */
  get queued(): number {
    if (this.#queued.size === 0) return 0
    let count = 0
    // Some may have been found since.
    for (const number of this.#parts.ledger.open()) if (this.#queued.has(number)) count += 1
    return count
  }

  /** None where the run was interrupted: what was not yet found is unknown. */
  get lost(): number {
    return this.interrupted ? 0 : this.#parts.ledger.counts.open - this.queued
  }

  get duplicated(): number {
    let count = 0
    for (const _ of this.#parts.ledger.doubled()) count += 1
    return count
  }

  get seconds(): number {
    return this.#course.seconds
  }

  get acceptMs(): LatencyMs | undefined {
    return this.#parts.ledger.acceptMs.summary()
  }

  get deliveryMs(): LatencyMs | undefined {
    return this.#parts.ledger.deliveryMs.summary()
  }

  get acceptedPerSecond(): number {
    return rate(this.accepted, this.#course.sendingSeconds)
  }

  get deliveredPerSecond(): number {
    return rate(this.delivered, this.#course.seconds)
  }

  /** Why the account was closed although something was still to come; undefined where nothing was. */
  get givenUp(): string | undefined {
    return this.#course.givenUp
  }

  /** Somebody ended the run before its time. */
  get interrupted(): boolean {
    return this.#course.interrupted === true
  }

  /** The messages that are nowhere, at most ten of them. */
  lostMessages(): LoadCase[] {
    const lost: number[] = []
    if (this.interrupted) return []
    for (const number of this.#parts.ledger.open()) {
      if (lost.length === NAMED) break
      if (!this.#queued.has(number)) lost.push(number)
    }
    return lost.map((number) => this.#case(number))
  }

  /** The messages that came to somebody more than once, at most ten of them. */
  doubledMessages(): LoadCase[] {
    const doubled: number[] = []
    for (const number of this.#parts.ledger.doubled()) {
      if (doubled.length === NAMED) break
      doubled.push(number)
    }
    return doubled.map((number) => this.#case(number))
  }

  /** Looks again: into the mailboxes, and into the queue where something is missing. */
  async recount(): Promise<void> {
    const { rig, plan, ledger, finder } = this.#parts
    // First the queue: what leaves it then is found where it has come to.
    const queue = rig.mta.ended === undefined ? await whileThere(rig, () => rig.mta.queue()) : []
    const there = new Set(queue.map(({ queueId }) => queueId))
    await finder.lookIntoMailboxes()
    this.#queued = new Set()
    for (const number of ledger.open()) {
      const queueId = ledger.queueIdOf(number)
      const queueIds = queueId === undefined ? rig.mta.queueIdsOf({ messageId: plan.messageIdOf(number) }) : [queueId]
      if (queueIds.some((one) => there.has(one))) this.#queued.add(number)
    }
  }

  /** Queue ids of those that something is still to come of. */
  openQueueIds(): string[] {
    const { ledger } = this.#parts
    return [...ledger.open()].flatMap((number) => ledger.queueIdOf(number) ?? [])
  }

  /** Waits until the server has delivered or put off each message, and what came of it. @throws {WaitError} naming them */
  async rested(): Promise<void> {
    const { rig, plan } = this.#parts
    const scope = { since: this.#startedAt }
    if (rig.mta.ended === undefined) await rig.mta.rested({ queueIds: this.openQueueIds() }, plan.waitMs, scope)
  }

  /** Waits until the server holds none of the messages, nor what came of them. @throws {WaitError} naming them */
  async settled(): Promise<void> {
    const { rig, plan } = this.#parts
    if (rig.mta.ended === undefined) await whileThere(rig, () => rig.mta.queue.empty(plan.waitMs))
  }

  /** Says how the run went. */
  close(course: LoadCourse): void {
    this.#course = course
  }

  toJSON(): LoadDocument {
    const { acceptMs, deliveryMs, givenUp } = this
    const { delivered, bounced } = this.#parts.ledger.closed()
    return {
      sent: this.sent,
      accepted: this.accepted,
      refused: this.refused,
      unknown: this.unknown,
      unknownFound: this.#parts.ledger.unknownFound(),
      delivered,
      bounced,
      queued: this.queued,
      lost: this.lost,
      duplicated: this.duplicated,
      seconds: this.#course.seconds,
      sendingSeconds: this.#course.sendingSeconds,
      acceptedPerSecond: this.acceptedPerSecond,
      deliveredPerSecond: this.deliveredPerSecond,
      ...(acceptMs ? { acceptMs } : {}),
      ...(deliveryMs ? { deliveryMs } : {}),
      refusals: mostFirst(this.#parts.ledger.refusals).map(([reply, count]) => ({ reply, count })),
      bounces: mostFirst(this.#parts.ledger.bounces).map(([text, count]) => ({ text, count })),
      rssMiB: this.#course.rssMiB,
      ...(givenUp === undefined ? {} : { givenUp }),
      ...(this.interrupted ? { interrupted: true } : {}),
    }
  }

  #case(number: number): LoadCase {
    const { rig, plan, ledger } = this.#parts
    const messageId = plan.messageIdOf(number)
    const queueId = ledger.queueIdOf(number)
    const journey = rig.journey({ messageId, ...(queueId === undefined ? {} : { queueIds: [queueId] }) })
    return { messageId, places: ledger.placesOf(number), journey: formatJourney(journey) }
  }
}

function mostFirst(kinds: ReadonlyMap<string, number>): [string, number][] {
  return [...kinds].sort(([, a], [, b]) => b - a)
}

function rate(count: number, seconds: number): number {
  return seconds === 0 ? 0 : Math.round((count / seconds) * 10) / 10
}
