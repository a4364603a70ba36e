import { WaitError } from '../errors/mailrig-error.ts'
import { dkimSign } from '../mail-auth/sign.ts'
import { epochNow } from '../metrics/clock.ts'
import { acceptedIn } from '../rig/accepted-messages.ts'
import { collectEvidence, type Evidence } from '../rig/evidence.ts'
import type { Rig } from '../rig/rig.ts'
import type { Traceable } from '../rig/traceable.ts'
import type { RigSessionOptions } from '../rig/way-in.ts'
import { LineSession } from '../session/line-session.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Transcript } from '../session/transcript.ts'
import {
  dialectOf,
  type FaultOrder,
  isOfMta,
  type MtaProtocol,
  type Outcome,
  type Protocol,
} from '../session-file/statement.ts'
import { checkLog, checkMessages, checkQueue } from './check-outcome.ts'
import { doFault, type ToPutBack } from './do-fault.ts'
import { tellMilter, tellPolicy } from './filter-order.ts'
import type { Finding, Ground, OutcomeContext, Submission } from './ground.ts'
import { LineSpeaker } from './line-speaker.ts'
import { SmtpSpeaker } from './smtp-speaker.ts'
import type { Speaker } from './speaker.ts'
import { tell } from './upstream-order.ts'

export interface RigGroundOptions {
  /** Opens sessions to the MTA, where somebody wants to know of them. Default: the rig's own. */
  session?: (options: RigSessionOptions) => Promise<Session>
  /** Hears every line of every transcript as it comes. */
  onLine?: (line: string) => void
}

type StoreService = Exclude<Protocol, MtaProtocol>

/** A rig as a place to play files. */
export class RigGround implements Ground {
  readonly server: Ground['server']
  readonly host: string
  readonly #rig: Rig
  readonly #options: RigGroundOptions
  readonly #transcripts: Transcript[] = []
  readonly #toPutBack: ToPutBack = { pulled: [], limits: [] }
  readonly #startedAt = epochNow()

  constructor(rig: Rig, options: RigGroundOptions = {}) {
    this.#rig = rig
    this.#options = options
    this.server = { mta: rig.mta.name, release: rig.mta.release }
    this.host = rig.topology.host
  }

  async open(connect: Parameters<Ground['open']>[0], timeoutMs: number): Promise<Speaker> {
    const { protocol, side, client, port, ipv6, connection } = connect
    const { onLine } = this.#options
    const common = {
      timeoutMs,
      ...(connection === '' ? {} : { name: connection }),
      ...(onLine === undefined ? {} : { onLine }),
    }
    if (!isOfMta(protocol)) return this.#openStore(protocol, common)
    const open = this.#options.session ?? ((options: RigSessionOptions) => this.#rig.session(options))
    const session = await open({
      ...common,
      service: protocol,
      awaitGreeting: false,
      ...(side === undefined ? {} : { side }),
      ...(client === undefined ? {} : { client }),
      ...(port === undefined ? {} : { port }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    })
    this.#transcripts.push(session.transcript)
    return new SmtpSpeaker(session, protocol)
  }

  /**
   * What is known of every message that came since this was made. Without transcripts where they were shown already.
   * Never throws: it is asked for when something has failed.
   */
  evidence({ transcripts = true } = {}): Promise<Evidence> {
    const { mta } = this.#rig
    const since = { since: this.#startedAt }
    const own = this.#transcripts.flatMap((transcript) => acceptedIn(transcript, (reply) => mta.queueIdIn(reply)))
    const family = new Set(mta.familyOf([{ queueIds: own }]))
    const others = mta.familyOf([], since).filter((queueId) => !family.has(queueId))
    return collectEvidence(this.#rig, {
      transcripts: transcripts ? this.#transcripts : [],
      messages: [...own, ...others].map((queueId) => mta.identify(queueId)),
    })
  }

  async #openStore(protocol: StoreService, common: { timeoutMs: number }): Promise<Speaker> {
    const options = {
      ...common,
      ...this.#rig.store.endpoint(protocol),
      ...this.#rig.storeTrust,
      tls: protocol === 'imaps' || protocol === 'pop3s' ? ('implicit' as const) : (false as const),
    }
    if (protocol === 'lmtp') {
      const session = await openSession({ ...options, protocol: 'lmtp', awaitGreeting: false })
      this.#transcripts.push(session.transcript)
      return new SmtpSpeaker(session, protocol)
    }
    const session = await LineSession.open({ ...options, literals: dialectOf(protocol) !== 'pop3' })
    this.#transcripts.push(session.transcript)
    return new LineSpeaker(session, protocol)
  }

  async order(statement: Parameters<Ground['order']>[0]): Promise<undefined> {
    if (statement.kind === 'upstream-order') await tell(this.#rig.upstream(statement.upstream), statement.order)
    else if (statement.kind === 'milter-order') tellMilter(this.#rig.milter(statement.name || undefined), statement)
    else tellPolicy(this.#rig.policy(statement.name || undefined), statement)
  }

  async sign(content: Buffer, { domain, broken }: Parameters<Ground['sign']>[1]): Promise<Buffer> {
    return dkimSign(content, this.#rig.dkimKey(domain), broken === undefined ? {} : { broken })
  }

  submit({ user, command, input }: Submission): ReturnType<Rig['mta']['exec']> {
    return this.#rig.mta.exec(command, { input, ...(user === undefined ? {} : { user }) })
  }

  async flush(): Promise<undefined> {
    await this.#rig.mta.flush()
  }

  async fault(fault: FaultOrder): Promise<undefined> {
    await doFault(this.#rig, fault, this.#toPutBack)
  }

  async check(outcome: Outcome, context: OutcomeContext): Promise<Finding> {
    const { mta } = this.#rig
    if (outcome.kind === 'log' && outcome.present) return checkLog(outcome, mta, context)
    const look = () => {
      if (outcome.kind === 'log') return checkLog(outcome, mta, context)
      return outcome.kind === 'queue' ? checkQueue(outcome, mta) : checkMessages(outcome, this.#rig, context)
    }
    // Nothing can be said of what came before the server has done with what was said to it.
    const unrest = await this.#wait('rested', context)
    const finding = await look()
    // More may come: that takes nothing from what was only to be there.
    const canTell = unrest === undefined || ('count' in outcome && outcome.count === 'some')
    if (finding.verdict === 'pass') return canTell ? finding : { ...finding, verdict: 'fail', why: unrest }
    // What was put off may still arrive.
    const unsettled = await this.#wait('settled', context)
    const last = await look()
    return last.verdict === 'pass' && unrest !== undefined && unsettled !== undefined
      ? { ...last, verdict: 'fail', why: unsettled }
      : last
  }

  /** Not longer than the file lets it; gives why it was given up. */
  async #wait(goal: 'rested' | 'settled', context: OutcomeContext): Promise<string | undefined> {
    const { mta } = this.#rig
    try {
      await mta[goal](this.#accepted(context), context.timeoutMs, { since: context.startedAt })
      const [unread] = mta.log.unread()
      return unread && `nothing can be said: mailrig does not understand this line of the log:\n${unread.text}`
    } catch (error) {
      if (!(error instanceof WaitError)) throw error
      // The log and the mailboxes of a server that is gone tell all there is.
      if (mta.ended !== undefined) return undefined
      return `nothing can be said yet; a line \`timeout 30s\` above gives it more time: ${error.message}`
    }
  }

  #accepted({ speakers }: OutcomeContext): Traceable {
    const queueIds = speakers
      .filter(({ protocol }) => isOfMta(protocol))
      .flatMap(({ transcript }) => acceptedIn(transcript, (reply) => this.#rig.mta.queueIdIn(reply)))
    return { queueIds }
  }
}
