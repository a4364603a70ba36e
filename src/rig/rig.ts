import type { ZoneHandle } from '../dns/server.ts'
import type { RunningContainer } from '../engine/container.ts'
import type { Reach } from '../engine/engine.ts'
import { EngineError, InputError } from '../errors/mailrig-error.ts'
import type { Exec, RigAddresses, Side } from '../servers/contract.ts'
import { STORE_PORTS } from '../servers/contract.ts'
import { store } from '../servers/registry.ts'
import { type SendOptions, type SentMessage, sendMessage } from '../session/send.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'
import type { Authority } from '../tls/authority.ts'
import type { Topology } from '../topology/topology.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { acceptedIn } from './accepted-messages.ts'
import { type Journey, journeyOf, type Traveller } from './journey.ts'
import { LocalMailbox } from './local-mailbox.ts'
import type { LoggedEvent, TrackedLine } from './message-tracker.ts'
import { RigMailbox } from './rig-mailbox.ts'
import type { RunningMta } from './running-mta.ts'
import type { Timings } from './timings.ts'

/** Where a session goes and from where. */
export interface Approach {
  /** The network the session comes from; the MTA sees its gateway address. Default `internet`. */
  side?: Side
  /** Default `smtp`, port 25; `submission` is port 587 (RFC 6409). */
  service?: 'smtp' | 'submission'
}

export type RigSessionOptions = Approach & Omit<Partial<SessionOptions>, 'host' | 'port' | 'localAddress'>
export type RigSendOptions = Approach & Omit<SendOptions, 'endpoint' | 'localAddress'>

/** A message handed to the MTA, with the queue ids it was accepted under. */
export type RigSentMessage = SentMessage & {
  queueIds: readonly string[]
  /** Its way over all hops, as far as it has come. */
  journey(): Journey
}

const PORTS = { smtp: 25, submission: 587 } as const

interface RigParts {
  topology: Topology
  addresses: RigAddresses
  authority: Authority
  reach: Reach
  mta: RunningMta
  mtaContainer: RunningContainer
  storeContainer: RunningContainer | undefined
  upstreams: Record<string, Upstream>
  dns: ZoneHandle
  timings: Timings
  /** Aborted when the MTA has ended; the reason is an error that says so. */
  ended: AbortSignal
  stop: () => Promise<void>
}

/** A topology running: the servers, and the ways to speak to them. */
export class Rig {
  readonly topology: Topology
  readonly addresses: RigAddresses
  readonly mta: RunningMta
  readonly upstreams: Readonly<Record<string, Upstream>>
  /** The rig's resolver as this rig's servers see it: what it answers, and what was asked. */
  readonly dns: ZoneHandle
  /** How long each step of the boot took. */
  readonly timings: Timings
  /** PEM of the authority that signed the servers' certificates. */
  readonly authority: string
  readonly #parts: RigParts
  readonly #mailboxes = new Map<string, RigMailbox>()
  #stopped: Promise<void> | undefined

  constructor(parts: RigParts) {
    this.topology = parts.topology
    this.addresses = parts.addresses
    this.mta = parts.mta
    this.upstreams = parts.upstreams
    this.dns = parts.dns
    this.timings = parts.timings
    this.authority = parts.authority.certificate
    this.#parts = parts
  }

  /**
   * Where a service of the MTA answers, seen from this process.
   *
   * @throws {EngineError} for the lan where containers are reached by published ports: all who come that way look alike.
   */
  endpoint(service: 'smtp' | 'submission' = 'smtp', side: Side = 'internet'): { host: string; port: number } {
    if (side === 'lan' && this.#parts.reach === 'exposed') {
      throw new EngineError('nobody can come from the lan where containers are reached by published ports', {
        code: 'SIDE_NOT_REACHABLE',
        remedy:
          "Leave `side` out and trust the other one, trustedNetworks: ['internet']; or use an engine on this Linux host.",
      })
    }
    return this.#parts.mtaContainer.endpoint(PORTS[service], side)
  }

  /** Where a service of the mail store answers. @throws {InputError} when the topology declares no mailbox. */
  storeEndpoint(service: 'imap' | 'imaps' | 'pop3' | 'pop3s' | 'lmtp' | 'managesieve'): { host: string; port: number } {
    return this.#store().endpoint(STORE_PORTS[service], 'lan')
  }

  /** Opens a session to the MTA and waits for its greeting. */
  async session(options: RigSessionOptions = {}): Promise<Session> {
    const { side = 'internet', service = 'smtp', ...session } = options
    this.#parts.ended.throwIfAborted()
    return openSession({
      ca: this.authority,
      servername: this.topology.host,
      ...session,
      ...this.endpoint(service, side),
      ...this.#from(side),
    })
  }

  /** Composes a message and hands it to the MTA in a session of its own. */
  async send(options: RigSendOptions): Promise<RigSentMessage> {
    const { side = 'internet', service = 'smtp', ...send } = options
    this.#parts.ended.throwIfAborted()
    const message = await sendMessage({
      ...send,
      tlsOptions: { ca: this.authority, servername: this.topology.host, ...send.tlsOptions },
      endpoint: this.endpoint(service, side),
      ...this.#from(side),
    })
    const queueIds = acceptedIn(message.transcript, (reply) => this.mta.queueIdIn(reply))
    const sent = { ...message, queueIds }
    return { ...sent, journey: () => this.journey(sent) }
  }

  /** The way of a message over all hops so far: sessions, queue, every try, upstreams, store. A Message-ID is enough. */
  journey(message: Traveller): Journey {
    return journeyOf(message, { mta: this.mta, upstreams: this.upstreams, storeLog: this.storeLog?.lines ?? [] })
  }

  /**
   * A mailbox of the store, by address, or by local part where only one domain has it.
   *
   * @throws {InputError} naming the mailboxes there are.
   */
  mailbox(name: string): RigMailbox {
    const address = this.#addressOf(name)
    let mailbox = this.#mailboxes.get(address)
    if (!mailbox) {
      const container = this.#store()
      const [local = '', domain = ''] = splitAddress(address)
      mailbox = new RigMailbox({
        address,
        password: this.topology.domains[domain]?.mailboxes[local]?.password ?? '',
        imap: container.endpoint(STORE_PORTS.imap, 'lan'),
        pop3: container.endpoint(STORE_PORTS.pop3, 'lan'),
        log: container.logs,
        ended: this.#parts.ended,
      })
      this.#mailboxes.set(address, mailbox)
    }
    return mailbox
  }

  /**
   * The mailbox of a Unix account on the MTA's host, or of root.
   *
   * @throws {InputError} naming the accounts there are.
   */
  localMailbox(user: string): LocalMailbox {
    const accounts = Object.keys(this.topology.local?.accounts ?? {})
    if (user !== 'root' && !accounts.includes(user)) {
      throw new InputError(`there is no Unix account ${JSON.stringify(user)}`, {
        code: 'UNKNOWN_ACCOUNT',
        remedy: `Name one of ${[...accounts, 'root'].join(', ')}, or declare it in \`local.accounts\`.`,
      })
    }
    return new LocalMailbox(this.mta, {
      user,
      address: `${user}@${this.topology.host}`,
      format: this.topology.local?.mailboxFormat ?? 'mbox',
    })
  }

  /** The upstream of that name. @throws {InputError} naming those there are. */
  upstream(name = 'upstream'): Upstream {
    const upstream = this.upstreams[name]
    if (!upstream) {
      throw new InputError(`there is no upstream ${JSON.stringify(name)}`, {
        code: 'UNKNOWN_UPSTREAM',
        remedy: `Name one of ${Object.keys(this.upstreams).join(', ')}, or declare it in \`upstreams\`.`,
      })
    }
    return upstream
  }

  /** The store's name, version and release; undefined without one. Costs a command in the container. */
  async storeIdentity(): Promise<{ name: string; version: string; release: string } | undefined> {
    const container = this.#parts.storeContainer
    if (!container) return undefined
    const { command, parse } = store.version
    const { stdout } = await container.exec(command)
    return { name: store.name, version: parse(stdout), release: this.mta.release }
  }

  /** Runs a command in the store's container. @throws {InputError} when there is no store. */
  get storeExec(): Exec {
    return this.#store().exec
  }

  /** The store's log, where there is a store. */
  get storeLog() {
    return this.#parts.storeContainer?.logs
  }

  /** Every line of MTA and store so far, in the order they were read, each with what it says. */
  log(): (LoggedEvent & { server: string })[] {
    return [
      ...this.mta.log.events.map((event) => ({ ...event, server: this.mta.name })),
      ...(this.storeLog?.lines ?? []).map((line) => storeEvent(line)),
    ].sort((a, b) => a.at - b.at)
  }

  /** Calls `listener` with each line from now on. The result ends that. */
  onLog(listener: (event: LoggedEvent & { server: string }) => void): () => void {
    const offs = [
      this.mta.log.on((event) => listener({ ...event, server: this.mta.name })),
      this.storeLog?.on((line) => listener(storeEvent(line))),
    ]
    return () => {
      for (const off of offs) off?.()
    }
  }

  /** Every mailbox the topology declares, as `local-part@domain`. */
  get accounts(): { address: string; user: string; password: string }[] {
    return Object.entries(this.topology.domains).flatMap(([domain, { mailboxes }]) =>
      Object.entries(mailboxes).map(([local, { password }]) => {
        const address = `${local}@${domain}`
        return { address, user: address, password }
      }),
    )
  }

  /** Ends connections, removes containers, gives addresses back. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const mailbox of this.#mailboxes.values()) mailbox.close()
      await this.#parts.stop()
    })()
    return this.#stopped
  }

  #from(side: Side): { localAddress?: string } {
    // Where containers are reached by published ports the source address is the engine's, whatever we bind to.
    return this.#parts.reach === 'direct' ? { localAddress: this.addresses.networks[side].gateway } : {}
  }

  #store(): RunningContainer {
    const store = this.#parts.storeContainer
    if (!store) {
      throw new InputError('this rig has no mail store, because its topology declares no mailbox', {
        code: 'NO_STORE',
        remedy: "Declare one: domains: { 'example.com': { mailboxes: ['jim'] } }.",
      })
    }
    return store
  }

  #addressOf(name: string): string {
    const addresses = this.accounts.map(({ address }) => address)
    const found = addresses.filter((address) => address === name || splitAddress(address)[0] === name)
    const [only] = found
    if (only !== undefined && found.length === 1) return only
    const problem = found.length === 0 ? 'there is no mailbox' : 'several domains have a mailbox'
    throw new InputError(`${problem} ${JSON.stringify(name)}`, {
      code: 'UNKNOWN_MAILBOX',
      remedy: `Name one of ${(found.length === 0 ? addresses : found).join(', ') || 'those you declare in the topology'}.`,
    })
  }
}

function storeEvent({ at, text }: TrackedLine): LoggedEvent & { server: string } {
  return { ...store.readLog(text), at, text, server: store.name }
}

function splitAddress(address: string): [string, string] {
  const at = address.lastIndexOf('@')
  return [address.slice(0, at), address.slice(at + 1)]
}
