import type { ZoneHandle } from '../dns/server.ts'
import { RIG_NAMES } from '../dns/zone.ts'
import type { Reach } from '../engine/engine.ts'
import type { RunningHost } from '../engine/running-host.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { RigAddresses, Side } from '../servers/addresses.ts'
import { type SendOptions, type SentMessage, sendMessage } from '../session/send.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'
import type { Facts } from '../targets/facts.ts'
import { type StoreAccount, storeAccounts } from '../targets/store-accounts.ts'
import type { Authority } from '../tls/authority.ts'
import type { Topology } from '../topology/topology.ts'
import type { Stranger } from '../upstream/listener.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { acceptedIn } from './accepted-messages.ts'
import { Aftermath } from './aftermath.ts'
import type { Database } from './database.ts'
import { type Journey, journeyOf, type Traveller } from './journey.ts'
import { LocalMailbox } from './local-mailbox.ts'
import type { LoggedEvent, TrackedLine } from './message-tracker.ts'
import { RigMailbox } from './rig-mailbox.ts'
import type { RunningMta } from './running-mta.ts'
import type { RunningStore } from './running-store.ts'
import type { Timings } from './timings.ts'

/** Where a session goes and from where. */
export interface Approach {
  /** The network the session comes from; the MTA sees its gateway address. Default `internet`. */
  side?: Side
  /** One of the `clients` of the topology: the session comes from its address, on the internet. */
  client?: string
  /** Another port of the MTA than that of the service. */
  port?: number
  /** Default `smtp`, port 25. */
  service?: Service
}

export type RigSessionOptions = Approach & Omit<Partial<SessionOptions>, 'host' | 'port' | 'localAddress'>
export type RigSendOptions = Approach & Omit<SendOptions, 'endpoint' | 'localAddress'>

/** A message handed to the MTA, with the queue ids it was accepted under. */
export type RigSentMessage = SentMessage & {
  queueIds: readonly string[]
  /** Its way over all hops, as far as it has come. */
  journey(): Journey
}

/** Services of an MTA: `submission` is port 587 (RFC 6409), `submissions` port 465, with TLS from the first octet (RFC 8314). */
export const SERVICE_PORTS = { smtp: 25, submission: 587, submissions: 465 } as const
export type Service = keyof typeof SERVICE_PORTS

interface RigParts {
  /** The name of what is under test, e.g. `postfix-trixie`. */
  target: string
  topology: Topology
  facts: Facts
  addresses: RigAddresses
  authority: Authority
  reach: Reach
  mta: RunningMta
  mtaHost: RunningHost
  store: RunningStore | undefined
  /** By their names in the plan. */
  hosts: ReadonlyMap<string, RunningHost>
  database: Database | undefined
  upstreams: Record<string, Upstream>
  dns: ZoneHandle
  timings: Timings
  /** Who was reset at an upstream's address since the rig began, because no rig has the client's address. */
  strangers: () => readonly Stranger[]
  /** Aborted when the MTA has ended; the reason is an error that says so. */
  ended: AbortSignal
  stop: () => Promise<void>
}

/** A topology running: the servers, and the ways to speak to them. */
export class Rig {
  /** The name of what is under test, e.g. `postfix-trixie`. */
  readonly target: string
  readonly topology: Topology
  /** What tests may rely on: who is there, who is trusted, what is offered. */
  readonly facts: Facts
  /** The machines of the rig that mailrig started, by their names in the target's plan. */
  readonly hosts: ReadonlyMap<string, RunningHost>
  readonly addresses: RigAddresses
  readonly mta: RunningMta
  readonly upstreams: Readonly<Record<string, Upstream>>
  /** The rig's resolver as this rig's servers see it: what it answers, and what was asked. */
  readonly dns: ZoneHandle
  /** How long each step of the boot took. */
  readonly timings: Timings
  /** What the work of one test leaves behind, and how the next is spared it. */
  readonly aftermath: Aftermath
  /** PEM of the authority that signed the servers' certificates. */
  readonly authority: string
  readonly #parts: RigParts
  readonly #mailboxes = new Map<string, RigMailbox>()
  #stopped: Promise<void> | undefined

  constructor(parts: RigParts) {
    this.target = parts.target
    this.topology = parts.topology
    this.facts = parts.facts
    this.hosts = parts.hosts
    this.addresses = parts.addresses
    this.mta = parts.mta
    this.upstreams = parts.upstreams
    this.dns = parts.dns
    this.timings = parts.timings
    this.authority = parts.authority.certificate
    this.aftermath = new Aftermath(parts)
    this.#parts = parts
  }

  /** Where a service of the MTA answers who comes from that side, seen from this process. */
  endpoint(
    service: Service = 'smtp',
    side: Side = 'internet',
    port: number = SERVICE_PORTS[service],
  ): { host: string; port: number } {
    return this.#parts.mtaHost.endpoint(port, side)
  }

  /** The mail store. @throws {InputError} when the topology declares no mailbox. */
  get store(): RunningStore {
    const { store } = this.#parts
    if (store) return store
    throw new InputError('this rig has no mail store, because its topology declares no mailbox', {
      code: 'NO_STORE',
      remedy: "Declare one: domains: { 'example.com': { mailboxes: ['jim'] } }.",
    })
  }

  /** Whether there is a mail store. */
  get hasStore(): boolean {
    return this.#parts.store !== undefined
  }

  /** Opens a session to the MTA and waits for its greeting. */
  async session(options: RigSessionOptions = {}): Promise<Session> {
    const { side = 'internet', service = 'smtp', client, port, ...session } = options
    this.#parts.ended.throwIfAborted()
    return openSession({
      ca: this.authority,
      servername: this.topology.host,
      ...tlsOf(service),
      ...session,
      ...this.endpoint(service, side, port),
      ...this.#from(side, client),
    })
  }

  /** Composes a message and hands it to the MTA in a session of its own. */
  async send(options: RigSendOptions): Promise<RigSentMessage> {
    const { side = 'internet', service = 'smtp', client, port, ...send } = options
    this.#parts.ended.throwIfAborted()
    const message = await sendMessage({
      ...tlsOf(service),
      ...send,
      tlsOptions: { ca: this.authority, servername: this.topology.host, ...send.tlsOptions },
      endpoint: this.endpoint(service, side, port),
      ...this.#from(side, client),
    })
    const queueIds = acceptedIn(message.transcript, (reply) => this.mta.queueIdIn(reply))
    const sent = { ...message, queueIds }
    return { ...sent, journey: () => this.journey(sent) }
  }

  /** Who was reset at an upstream's address since the rig began, because no rig has the client's address. */
  get strangers(): readonly Stranger[] {
    return this.#parts.strangers()
  }

  /** The way of a message over all hops so far: sessions, queue, every try, upstreams, store. A Message-ID is enough. */
  journey(message: Traveller): Journey {
    return journeyOf(message, {
      mta: this.mta,
      upstreams: this.upstreams,
      storeLog: this.#parts.store?.log.lines ?? [],
    })
  }

  /**
   * A mailbox of the store, by address, or by local part if only one domain has it. With a password: any address, such as
   * of a mailbox that came into the tables while the rig runs.
   *
   * @throws {InputError} naming the mailboxes there are.
   */
  mailbox(name: string, { password }: { password?: string } = {}): RigMailbox {
    const account = password === undefined ? this.#accountOf(name) : { address: name, user: name, password }
    const key = `${account.user} ${account.password}`
    let mailbox = this.#mailboxes.get(key)
    if (!mailbox) {
      const { store } = this
      mailbox = new RigMailbox({
        ...account,
        endpoints: {
          imap: store.endpoint('imap'),
          imaps: store.endpoint('imaps'),
          pop3: store.endpoint('pop3'),
          pop3s: store.endpoint('pop3s'),
          managesieve: store.endpoint('managesieve'),
        },
        tls: { ca: this.authority, servername: RIG_NAMES.store },
        defaultTls: this.topology.store.tls === 'required' && 'implicit',
        log: store.log,
        readLog: (line) => store.readLog(line),
        ended: this.#parts.ended,
      })
      this.#mailboxes.set(key, mailbox)
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

  /** Every line of MTA and store so far, in the order they were read, each with what it says. */
  log(): (LoggedEvent & { server: string })[] {
    const { store } = this.#parts
    return [
      ...this.mta.log.events.map((event) => ({ ...event, server: this.mta.name })),
      ...(store?.log.lines ?? []).map((line) => storeEvent(store, line)),
    ].sort((a, b) => a.at - b.at)
  }

  /** Calls `listener` with each line from now on. Call the result to end that. */
  onLog(listener: (event: LoggedEvent & { server: string }) => void): () => void {
    const { store } = this.#parts
    const offs = [
      this.mta.log.on((event) => listener({ ...event, server: this.mta.name })),
      store?.log.on((line) => listener(storeEvent(store, line))),
    ]
    return () => {
      for (const off of offs) off?.()
    }
  }

  /** The server with the accounts. @throws {InputError} unless the topology says `accounts: 'postgresql'`. */
  get database(): Database {
    const { database } = this.#parts
    if (!database) {
      throw new InputError('this rig has no database: its accounts are in files', {
        code: 'NO_DATABASE',
        remedy: "Put them into tables: accounts: 'postgresql' in the topology.",
      })
    }
    return database
  }

  /** Who can log in to the store: mailboxes by their whole address, Unix accounts by their name. */
  get accounts(): StoreAccount[] {
    return storeAccounts(this.topology)
  }

  /** Ends connections, removes containers, gives addresses back. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const mailbox of this.#mailboxes.values()) mailbox.close()
      await this.#parts.stop()
    })()
    return this.#stopped
  }

  #from(side: Side, client: string | undefined): { localAddress?: string } {
    if (client !== undefined) {
      const { clients = {} } = this.addresses
      const localAddress = clients[client]
      if (localAddress !== undefined && side === 'internet') return { localAddress }
      throw new InputError(
        localAddress === undefined
          ? `there is no client ${JSON.stringify(client)}`
          : `the client ${JSON.stringify(client)} is on the internet, not on the ${side}`,
        {
          code: 'UNKNOWN_CLIENT',
          remedy: `Leave \`side\` out, and name one of ${Object.keys(clients).join(', ') || 'those you declare in `clients`'}.`,
        },
      )
    }
    // Elsewhere the entrance's container has that address, and connects from there.
    return this.#parts.reach === 'direct' ? { localAddress: this.addresses.networks[side].gateway } : {}
  }

  #accountOf(name: string): StoreAccount {
    const { accounts } = this
    const found = accounts.filter(({ address, user }) => {
      return user === name || address === name || address.slice(0, address.lastIndexOf('@')) === name
    })
    const [only] = found
    if (only !== undefined && found.length === 1) return only
    const problem = found.length === 0 ? 'there is no mailbox' : 'several domains have a mailbox'
    const names = (found.length === 0 ? accounts : found).map(({ address }) => address)
    throw new InputError(`${problem} ${JSON.stringify(name)}`, {
      code: 'UNKNOWN_MAILBOX',
      remedy: `Name one of ${names.join(', ') || 'those you declare in the topology'}.`,
    })
  }
}

function tlsOf(service: Service): { tls?: 'implicit' } {
  return service === 'submissions' ? { tls: 'implicit' } : {}
}

function storeEvent(store: RunningStore | undefined, { at, text }: TrackedLine): LoggedEvent & { server: string } {
  return { ...(store?.readLog(text) ?? { event: 'raw' }), at, text, server: store?.name ?? 'store' }
}
