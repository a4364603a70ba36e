import { epochNow } from '../metrics/clock.ts'
import { Latencies } from './latencies.ts'
import type { LoadPlan } from './load-plan-data.ts'

/** What the client knows of a message. `unknown`: the connection ended before the reply to the final dot was read. */
type State = 'unsent' | 'under way' | 'accepted' | 'refused' | 'unknown'
const STATES: readonly State[] = ['unsent', 'under way', 'accepted', 'refused', 'unknown']

/** Flags of a message's recipient. */
const TAKEN = 1
const BOUNCED = 2
const MOST_COPIES = 255

const FIRST_ROOM = 1024

/** How the numbers of a load stand. All count messages. */
export interface LoadCounts {
  /** MAIL was said for them. */
  sent: number
  /** The server took responsibility: 250 to the final dot, for one recipient at least (RFC 5321 §6.1). */
  accepted: number
  refused: number
  /** The connection ended after the final dot and before its reply was read: neither lost nor kept. */
  unknown: number
  /** Those of which something is still to come: accepted, and not yet found for each recipient. */
  open: number
}

/**
 * What every message of a load has come to, in a few octets each: the client's replies on one side, what was found at
 * upstreams, in mailboxes and in bounces on the other.
 */
export class Ledger {
  readonly acceptMs = new Latencies()
  readonly deliveryMs = new Latencies()
  readonly #counts = { sent: 0, accepted: 0, refused: 0, unknown: 0 }
  /** First lines of replies that refused a message, and why connections ended; how often each came. */
  readonly refusals = new Map<string, number>()
  /** Why messages were bounced; of how many each. */
  readonly bounces = new Map<string, number>()
  /** When something was found last, ms since the epoch. */
  lastFoundAt = 0
  readonly #plan: LoadPlan
  readonly #listeners = new Set<() => void>()
  readonly #acceptListeners = new Set<() => void>()
  /** Those that something is still to come of, with the queue id that the reply gave. */
  readonly #waiting = new Map<number, string | undefined>()
  #closed: (queueId: string | undefined) => void = () => {}
  /** When those were found of which the thread that sends them has not told yet, ms since the epoch. */
  readonly #early = new Map<number, number>()
  #states = new Uint8Array(FIRST_ROOM)
  #begunAt = new Float64Array(FIRST_ROOM)
  /** Of each recipient of each message: flags, and the copies that were found. */
  #flags: Uint8Array
  #copies: Uint8Array

  constructor(plan: LoadPlan) {
    this.#plan = plan
    this.#flags = new Uint8Array(FIRST_ROOM * plan.recipients)
    this.#copies = new Uint8Array(FIRST_ROOM * plan.recipients)
  }

  get counts(): LoadCounts {
    return { ...this.#counts, open: this.#waiting.size }
  }

  /** Calls `listener` whenever something was found. Call the result to end that. */
  onFound(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener` whenever a message was accepted. Call the result to end that. */
  onAccepted(listener: () => void): () => void {
    this.#acceptListeners.add(listener)
    return () => this.#acceptListeners.delete(listener)
  }

  /** MAIL is said for it now. @param at ms since the epoch */
  begin(number: number, at: number): void {
    this.#makeRoom(number)
    this.#states[number] = STATES.indexOf('under way')
    this.#begunAt[number] = at
    const found = this.#early.get(number)
    if (found !== undefined) this.deliveryMs.add(Math.max(0, found - at))
    this.#early.delete(number)
    this.#counts.sent += 1
  }

  /** `since`, `at`: ms since the epoch, of what is timed. `taken`: for each recipient, whether RCPT was answered 2xx. */
  accept(
    number: number,
    { since, at, taken }: { since: number; at: number; taken: readonly boolean[] },
    queueId: string | undefined,
  ): void {
    this.#states[number] = STATES.indexOf('accepted')
    for (const [index, one] of taken.entries()) if (one) this.#flag(number, index, TAKEN)
    this.#counts.accepted += 1
    this.acceptMs.add(at - since)
    // It may have been delivered before its reply was read.
    if (this.#isOpen(number)) this.#waiting.set(number, queueId)
    else this.#closed(queueId)
    for (const listener of this.#acceptListeners) listener()
  }

  refuse(number: number, why: string): void {
    this.#states[number] = STATES.indexOf('refused')
    this.#counts.refused += 1
    this.note(why)
  }

  /** Nobody read what the server said of it. */
  lose(number: number): void {
    this.#states[number] = STATES.indexOf('unknown')
    this.#counts.unknown += 1
  }

  note(why: string): void {
    count(this.refusals, why)
  }

  /** A copy of it has come to this address. @param at ms since the epoch; undefined where it is not known. */
  find(number: number, address: string, at?: number): void {
    this.#makeRoom(number)
    const index = this.#indexOf(number, address)
    const slot = number * this.#plan.recipients + index
    const was = this.#copies[slot] ?? 0
    if (was === 0 && at !== undefined) this.#foundAt(number, at)
    this.#copies[slot] = Math.min(MOST_COPIES, was + 1)
    this.#found(number, at)
  }

  /** Its sender was told that it is given up for these; undefined: for all who have not got it. */
  bounce(number: number, addresses: readonly string[] | undefined, why?: string): void {
    // A bounce in a mailbox is read each time the mailbox is.
    const known = this.placesOf(number).some(({ bounced }) => bounced)
    if (!known) count(this.bounces, why?.slice(0, 200) ?? 'the bounce gives no reason')
    const given = addresses?.map((address) => this.#indexOf(number, address))
    const without = this.placesOf(number).flatMap(({ copies }, index) => (copies === 0 ? [index] : []))
    for (const index of given ?? without) this.#flag(number, index, BOUNCED)
    this.#found(number, epochNow())
  }

  /** Takes back what was found in mailboxes: they are read anew. */
  forgetMailboxes(): void {
    for (let number = 0; number < this.#end; number += 1) {
      this.#plan.recipientsOf(number).forEach(({ mailbox }, index) => {
        if (mailbox) this.#copies[number * this.#plan.recipients + index] = 0
      })
    }
  }

  /** Counts anew which messages are open, after the mailboxes were read. */
  recount(): void {
    for (let number = 0; number < this.#end; number += 1) {
      if (!this.#isOpen(number)) this.#waiting.delete(number)
      else if (!this.#waiting.has(number)) this.#waiting.set(number, undefined)
    }
  }

  /** Told the queue id of each accepted message that nothing more is to come of. */
  onClosed(listener: (queueId: string | undefined) => void): void {
    this.#closed = listener
  }

  /** The queue id that the reply gave, of a message that something is to come of. */
  queueIdOf(number: number): string | undefined {
    return this.#waiting.get(number)
  }

  /** Numbers of those that something is still to come of. */
  open(): Iterable<number> {
    return this.#waiting.keys()
  }

  /** Numbers of those that came to somebody more than once. */
  *doubled(): Generator<number> {
    const { recipients } = this.#plan
    for (let slot = 0; slot < this.#end * recipients; slot += 1) {
      if ((this.#copies[slot] ?? 0) < 2) continue
      const number = Math.floor(slot / recipients)
      yield number
      slot = (number + 1) * recipients - 1
    }
  }

  /** Of each recipient: whether the server took the message for it, how many copies came, whether it bounced. */
  placesOf(number: number): { address: string; taken: boolean; copies: number; bounced: boolean }[] {
    return this.#plan.recipientsOf(number).map(({ address }, index) => ({
      address,
      taken: this.#hasFlag(number, index, TAKEN),
      copies: this.#copies[number * this.#plan.recipients + index] ?? 0,
      bounced: this.#hasFlag(number, index, BOUNCED),
    }))
  }

  /** How many accepted messages came to nobody's loss: each recipient has it, or its sender was told. */
  closed(): { delivered: number; bounced: number } {
    let delivered = 0
    let bounced = 0
    for (let number = 0; number < this.#end; number += 1) {
      if (this.#stateOf(number) !== 'accepted' || this.#isOpen(number)) continue
      if (this.placesOf(number).some((place) => place.bounced && place.copies === 0)) bounced += 1
      else delivered += 1
    }
    return { delivered, bounced }
  }

  /** How many of those of unknown fate were found all the same. */
  unknownFound(): number {
    let found = 0
    for (let number = 0; number < this.#end; number += 1) {
      if (this.#stateOf(number) === 'unknown' && this.placesOf(number).some(({ copies }) => copies > 0)) found += 1
    }
    return found
  }

  /** One more than the highest number that was begun: numbers are given out in order. */
  get #end(): number {
    return this.#counts.sent
  }

  #foundAt(number: number, at: number): void {
    if (this.#stateOf(number) === 'unsent') this.#early.set(number, at)
    else this.deliveryMs.add(Math.max(0, at - (this.#begunAt[number] ?? at)))
  }

  #found(number: number, at: number | undefined): void {
    if (at !== undefined) this.lastFoundAt = at
    if (this.#waiting.has(number) && !this.#isOpen(number)) {
      const queueId = this.#waiting.get(number)
      this.#waiting.delete(number)
      this.#closed(queueId)
    }
    for (const listener of this.#listeners) listener()
  }

  /** Accepted, and not yet found for each recipient it was taken for. */
  #isOpen(number: number): boolean {
    if (this.#stateOf(number) !== 'accepted') return false
    const { recipients } = this.#plan
    for (let slot = number * recipients; slot < (number + 1) * recipients; slot += 1) {
      if (((this.#flags[slot] ?? 0) & (TAKEN | BOUNCED)) === TAKEN && this.#copies[slot] === 0) return true
    }
    return false
  }

  /** An address that a server has rewritten is nobody's: the first recipient that still waits has it. */
  #indexOf(number: number, address: string): number {
    const recipients = this.#plan.recipientsOf(number)
    const wanted = address.toLowerCase()
    const index = recipients.findIndex((recipient) => recipient.address.toLowerCase() === wanted)
    if (index !== -1) return index
    const waits = recipients.findIndex((_, at) => this.#copies[number * this.#plan.recipients + at] === 0)
    return Math.max(0, waits)
  }

  #stateOf(number: number): State {
    return STATES[this.#states[number] ?? 0] ?? 'unsent'
  }

  #flag(number: number, index: number, flag: number): void {
    const slot = number * this.#plan.recipients + index
    this.#flags[slot] = (this.#flags[slot] ?? 0) | flag
  }

  #hasFlag(number: number, index: number, flag: number): boolean {
    return ((this.#flags[number * this.#plan.recipients + index] ?? 0) & flag) !== 0
  }

  #makeRoom(number: number): void {
    if (number < this.#states.length) return
    const room = Math.max(2 * this.#states.length, number + 1)
    const { recipients } = this.#plan
    this.#states = grown(this.#states, new Uint8Array(room))
    this.#begunAt = grown(this.#begunAt, new Float64Array(room))
    this.#flags = grown(this.#flags, new Uint8Array(room * recipients))
    this.#copies = grown(this.#copies, new Uint8Array(room * recipients))
  }
}

/** Whatever a server says, there are not many kinds of it. */
function count(kinds: Map<string, number>, text: string): void {
  const known = kinds.has(text) || kinds.size < 100 ? text : 'other'
  kinds.set(known, (kinds.get(known) ?? 0) + 1)
}

function grown<A extends Uint8Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
