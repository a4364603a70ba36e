import { RIG_NAMES } from '../dns/zone.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import { acceptedIn } from '../rig/accepted-messages.ts'
import type { Rig, RigSessionOptions } from '../rig/rig.ts'
import type { Traceable } from '../rig/running-mta.ts'
import { LineSession } from '../session/line-session.ts'
import { openSession, type Session } from '../session/session.ts'
import { dialectOf, type Outcome, type Protocol, type UpstreamOrder } from '../session-file/statement.ts'
import { checkLog, checkMessages, checkQueue } from './check-outcome.ts'
import type { Finding, Ground, OutcomeContext } from './ground.ts'
import { LineSpeaker } from './line-speaker.ts'
import { SmtpSpeaker } from './smtp-speaker.ts'
import type { Speaker } from './speaker.ts'

export interface RigGroundOptions {
  /** Opens sessions to the MTA, where somebody wants to know of them. Default: the rig's own. */
  session?: (options: RigSessionOptions) => Promise<Session>
  /** Hears every line of every transcript as it comes. */
  onLine?: (line: string) => void
}

type StoreService = Exclude<Protocol, 'smtp' | 'submission'>

/** A rig as a place to play files. */
export class RigGround implements Ground {
  readonly server: Ground['server']
  readonly host: string
  readonly #rig: Rig
  readonly #options: RigGroundOptions

  constructor(rig: Rig, options: RigGroundOptions = {}) {
    this.#rig = rig
    this.#options = options
    this.server = { mta: rig.mta.name, release: rig.mta.release }
    this.host = rig.topology.host
  }

  async open(connect: Parameters<Ground['open']>[0], timeoutMs: number): Promise<Speaker> {
    const { protocol, side, connection } = connect
    const { onLine } = this.#options
    const common = {
      timeoutMs,
      ...(connection === '' ? {} : { name: connection }),
      ...(onLine === undefined ? {} : { onLine }),
    }
    if (protocol !== 'smtp' && protocol !== 'submission') return this.#openStore(protocol, common)
    const open = this.#options.session ?? ((options: RigSessionOptions) => this.#rig.session(options))
    const session = await open({
      ...common,
      service: protocol,
      awaitGreeting: false,
      ...(side === undefined ? {} : { side }),
    })
    return new SmtpSpeaker(session, protocol)
  }

  async #openStore(protocol: StoreService, common: { timeoutMs: number }): Promise<Speaker> {
    const options = {
      ...common,
      ...this.#rig.store.endpoint(protocol),
      ca: this.#rig.authority,
      servername: RIG_NAMES.store,
      tls: protocol === 'imaps' || protocol === 'pop3s' ? ('implicit' as const) : (false as const),
    }
    if (protocol === 'lmtp') {
      return new SmtpSpeaker(await openSession({ ...options, protocol: 'lmtp', awaitGreeting: false }), protocol)
    }
    const session = await LineSession.open({ ...options, literals: dialectOf(protocol) !== 'pop3' })
    return new LineSpeaker(session, protocol)
  }

  order({ upstream, order }: UpstreamOrder): undefined {
    const told = this.#rig.upstream(upstream)
    if (order.kind !== 'on') {
      told[order.kind]()
      return
    }
    const { kind: _, stage, times, ...action } = order
    told.on(stage, action, times === undefined ? {} : { times })
  }

  async flush(): Promise<undefined> {
    await this.#rig.mta.flush()
  }

  async check(outcome: Outcome, context: OutcomeContext): Promise<Finding> {
    const { mta } = this.#rig
    if (outcome.kind === 'log') return checkLog(outcome, mta, context, () => this.#atRest(context))
    const look = () =>
      outcome.kind === 'queue' ? checkQueue(outcome, mta) : checkMessages(outcome, this.#rig, context)
    // Nothing can be said of what came before the server has done with what was said to it.
    await this.#atRest(context)
    const finding = await look()
    if (finding.verdict === 'pass') return finding
    // What was put off may still arrive.
    await this.#settled(context)
    return look()
  }

  /** Waits until each message has left the queue or was put off once; not longer than the file lets it. */
  async #atRest(context: OutcomeContext): Promise<void> {
    const { mta } = this.#rig
    const message = this.#accepted(context)
    if (message.queueIds?.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (mta.ended !== undefined || mta.atRest(message)) resolve()
    }
    const timer = setTimeout(resolve, context.timeoutMs)
    const off = mta.onRest(look)
    look()
    await promise
    clearTimeout(timer)
    off()
  }

  /** Waits until the queue has let go of all; what still holds it after that time is told by what is found. */
  async #settled(context: OutcomeContext): Promise<void> {
    await this.#rig.mta.settled(this.#accepted(context), context.timeoutMs).catch((error: unknown) => {
      if (!(error instanceof WaitError)) throw error
    })
  }

  #accepted({ speakers }: OutcomeContext): Traceable {
    const queueIds = speakers
      .filter(({ protocol }) => protocol === 'smtp' || protocol === 'submission')
      .flatMap(({ transcript }) => acceptedIn(transcript, (reply) => this.#rig.mta.queueIdIn(reply)))
    return { queueIds }
  }
}
