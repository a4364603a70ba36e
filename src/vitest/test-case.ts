import type { FilterSession } from '../filters/filter-session.ts'
import type { LoadAccount } from '../load/load-account.ts'
import type { LoadOptions } from '../load/load-options.ts'
import { type RunningLoad, startLoad } from '../load/run-load.ts'
import { type Match, matcherOf } from '../mailbox/match.ts'
import { epochNow } from '../metrics/clock.ts'
import { acceptedIn, repliesIn } from '../rig/accepted-messages.ts'
import type { Traveller } from '../rig/journey.ts'
import type { Rig, RigSentMessage } from '../rig/rig.ts'
import type { RigSendOptions, RigSessionOptions } from '../rig/way-in.ts'
import type { Reply } from '../session/reply.ts'
import { SendRefusedError } from '../session/send.ts'
import type { Session } from '../session/session.ts'
import type { Attempt } from '../upstream/attempt.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** The tests under way in each rig. */
const underWay = new WeakMap<Rig, Set<TestCase>>()
/** The rigs that have tests under way. */
const busy = new Set<Rig>()
/** What the tests that have ended sent to each rig. */
const sentBefore = new WeakMap<Rig, Traveller[]>()
const rigOf = new WeakMap<Upstream, Rig>()

/** The tests under way whose rig has this upstream. */
export function casesOf(upstream: Upstream): readonly TestCase[] {
  const rig = rigOf.get(upstream)
  return rig === undefined ? [] : [...(underWay.get(rig) ?? [])]
}

/** The tests under way in a rig. */
export function casesIn(rig: Rig): readonly TestCase[] {
  return [...(underWay.get(rig) ?? [])]
}

/** The rigs that have tests under way. */
export function busyRigs(): readonly Rig[] {
  return [...busy]
}

/** What the servers under test said to one upstream. */
export interface UpstreamAttempts {
  name: string
  attempts: readonly Attempt[]
}

/** What the servers under test asked one filter. */
export interface AskedFilter {
  /** As evidence names it: `milter "filter"`. */
  name: string
  sessions: readonly FilterSession[]
}

/** What one test said to its rig: kept apart, so that tests of one file may share the rig. */
export class TestCase {
  readonly rig: Rig
  readonly sent: RigSentMessage[] = []
  readonly sessions: Session[] = []
  readonly loads: LoadAccount[] = []
  /** Why messages were taken for nobody. */
  readonly refused: Reply[] = []
  /** What the test waited for in a mailbox and did not find there. */
  readonly missed: { mailbox: string; messageId?: string }[] = []
  /** Milliseconds since the epoch. */
  readonly startedAt = epochNow()
  #attempts: UpstreamAttempts[] | undefined
  #filters: AskedFilter[] | undefined
  readonly #running: RunningLoad[] = []

  constructor(rig: Rig) {
    this.rig = rig
    underWay.set(rig, (underWay.get(rig) ?? new Set()).add(this))
    busy.add(rig)
    for (const upstream of Object.values(rig.upstreams)) rigOf.set(upstream, rig)
  }

  async send(options: RigSendOptions): Promise<RigSentMessage> {
    const message = await this.rig.send(options).catch((error: unknown) => {
      if (error instanceof SendRefusedError) this.refused.push(error.reply)
      throw error
    })
    this.sent.push(message)
    return message
  }

  async session(options?: RigSessionOptions): Promise<Session> {
    const session = await this.rig.session(options)
    this.sessions.push(session)
    return session
  }

  /** Gives the server many messages, and follows each. @throws {InputError} LOAD_OPTIONS */
  async load(options?: LoadOptions): Promise<LoadAccount> {
    const running = startLoad(this.rig, options)
    this.#running.push(running)
    this.loads.push(running.account)
    return running.done
  }

  /** Loads that the test has begun, ended or not. */
  get runningLoads(): readonly RunningLoad[] {
    return this.#running
  }

  /** Waits for what the test expects in a mailbox, and remembers it where it did not come. */
  async expecting<T>(mailbox: string, message: Match, coming: Promise<T>): Promise<T> {
    return coming.catch((error: unknown) => {
      const { messageId } = matcherOf(message)
      this.missed.push({ mailbox, ...(messageId === undefined ? {} : { messageId }) })
      throw error
    })
  }

  /** Every message of this test that the MTA took responsibility for. */
  accepted(): Traveller[] {
    const ofLoads = this.loads.map((account) => ({ queueIds: account.openQueueIds() }))
    return [...this.acceptedOneByOne(), ...ofLoads.filter(({ queueIds }) => queueIds.length > 0)]
  }

  /** The same without those of loads. */
  acceptedOneByOne(): Traveller[] {
    const queueIds = this.sessions.flatMap(({ transcript }) =>
      acceptedIn(transcript, (reply) => this.rig.mta.queueIdIn(reply)),
    )
    return [...this.sent, { queueIds }]
  }

  /** Resolves when the MTA has delivered or put off every message of this test, and what came of them. */
  rested(timeoutMs?: number): Promise<void> {
    return this.rig.mta.rested(this.accepted(), timeoutMs, this.#scope())
  }

  /** The replies of the test's own sessions that refuse something. */
  refusedInSessions(): Reply[] {
    return this.sessions.flatMap(({ transcript }) => repliesIn(transcript)).filter(({ code }) => code >= 400)
  }

  /**
   * Resolves when the MTA has done with every message of this test and with what came of them: also with those that
   * came by another way than the fixtures', and nothing is under way that could make more.
   */
  settled(timeoutMs?: number): Promise<void> {
    return this.rig.mta.settled(this.accepted(), timeoutMs, this.#scope())
  }

  /** Every queue id of this test's messages, and of what came of them for sure. */
  queueIds(): string[] {
    return this.rig.mta.familyOf(this.accepted(), this.#scope())
  }

  /**
   * What was taken in since the test began, and no other test sent: none beside it, and none before it, of whose message
   * the log may tell late.
   */
  #scope() {
    const others = [...(underWay.get(this.rig) ?? [])].filter((testCase) => testCase !== this)
    const { mta } = this.rig
    const before = [...(sentBefore.get(this.rig) ?? [])]
    return {
      since: this.startedAt,
      except: () => [...before, ...others.flatMap((other) => other.accepted())].flatMap((one) => mta.queueIdsOf(one)),
    }
  }

  /** The connections to the upstreams since the test began, as they were when `keepAttempts` was called, or are now. */
  upstreamAttempts(): readonly UpstreamAttempts[] {
    return (
      this.#attempts ??
      Object.entries(this.rig.upstreams).map(([name, { attempts }]) => ({
        name,
        attempts: attempts.filter(({ at }) => at >= this.startedAt),
      }))
    )
  }

  /** Remembers what the upstreams know, before they are told to forget it. */
  keepAttempts(): void {
    this.#attempts = [...this.upstreamAttempts()]
  }

  /** What the servers asked filters since the test began, as it was when `keepFilterSessions` was called, or is now. */
  filterSessions(): readonly AskedFilter[] {
    return this.#filters ?? askedSince(this.rig, this.startedAt)
  }

  /** Remembers what the filters know, before they are told to forget it. */
  keepFilterSessions(): void {
    this.#filters ??= askedSince(this.rig, this.startedAt)
  }

  /** Ends what the test left open. */
  close(): void {
    const others = underWay.get(this.rig)
    others?.delete(this)
    if (others === undefined || others.size === 0) busy.delete(this.rig)
    const before = sentBefore.get(this.rig) ?? []
    sentBefore.set(this.rig, before)
    before.push(
      ...this.accepted().filter(({ messageId, queueIds = [] }) => messageId !== undefined || queueIds.length > 0),
    )
    for (const session of this.sessions) session.destroy()
    for (const load of this.#running) load.close()
  }
}

function askedSince(rig: Rig, since: number): AskedFilter[] {
  const { milters, policies } = rig.filters
  return [...Object.values(milters), ...Object.values(policies)].map(({ kind, name, sessions }) => ({
    name: `${kind} "${name}"`,
    sessions: sessions.filter(({ at, lines }) => at + (lines.at(-1)?.at ?? 0) >= since),
  }))
}
