import type { ZoneHandle } from '../dns/server.ts'
import { RIG_NAMES } from '../dns/zone.ts'
import type { Reach } from '../engine/engine.ts'
import type { RunningHost } from '../engine/running-host.ts'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError, UnsupportedError } from '../errors/mailrig-error.ts'
import type { Milter } from '../filters/milter.ts'
import type { Policy } from '../filters/policy.ts'
import type { DkimKey } from '../mail-auth/dkim-key.ts'
import type { RigAddresses, Side } from '../servers/addresses.ts'
import type { SentMessage } from '../session/send.ts'
import type { Session } from '../session/session.ts'
import { SERVICE_PORTS, type Service } from '../surroundings/service-ports.ts'
import type { Role } from '../surroundings/surroundings.ts'
import type { Facts } from '../targets/facts.ts'
import type { StoreAccount } from '../targets/store-accounts.ts'
import type { Authority } from '../tls/authority.ts'
import type { Topology } from '../topology/topology.ts'
import type { Stranger } from '../upstream/listener.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { acceptedIn } from './accepted-messages.ts'
import type { RunningAccounts } from './account-host.ts'
import { Aftermath } from './aftermath.ts'
import type { Database } from './database.ts'
import type { Directory } from './directory.ts'
import { keyOf } from './dkim-keys.ts'
import type { FaultyMachine } from './faulty-machine.ts'
import type { ClientAddress } from './host-side.ts'
import { type Journey, journeyOf, type Traveller } from './journey.ts'
import { LocalMailbox } from './local-mailbox.ts'
import type { Filters } from './open-filters.ts'
import { linesOf, onLine, type RigLogEvent } from './rig-log.ts'
import type { MailboxTls, RigMailbox } from './rig-mailbox.ts'
import { RigMailboxes } from './rig-mailboxes.ts'
import { filterServerNamed, type RunningFilterServer, runningFilterServers } from './running-filter-server.ts'
import type { RunningMta } from './running-mta.ts'
import type { RunningStore } from './running-store.ts'
import type { StartedAccounts } from './start-accounts.ts'
import type { Timings } from './timings.ts'
import type { Trust } from './trust.ts'
import { has } from './unsupported.ts'
import { type Endpoint, type RigSendOptions, type RigSessionOptions, WayIn } from './way-in.ts'

/** A message handed to the MTA, with the queue ids it was accepted under. */
export type RigSentMessage = SentMessage & {
  queueIds: readonly string[]
  /** Its way over all hops, as far as it has come. */
  journey(): Journey
}

interface RigParts {
  /** The name of what is under test, e.g. `postfix-trixie`. */
  target: string
  topology: Topology
  facts: Facts
  /** Who can log in to the store. */
  accounts: readonly StoreAccount[]
  addresses: RigAddresses
  /** How this process connects from the clients of the topology. */
  clients: Readonly<Record<string, ClientAddress>>
  /** Undefined where the certificates are the host's own. */
  authority: Pick<Authority, 'certificate'> | undefined
  reach: Reach
  mta: RunningMta
  mtaHost: RunningHost
  store: RunningStore | undefined
  machines: ReadonlyMap<Role, FaultyMachine>
  /** By their names in the plan. */
  hosts: ReadonlyMap<string, RunningHost>
  accountServer: StartedAccounts | undefined
  upstreams: Record<string, Upstream>
  filters: Filters
  dns: ZoneHandle
  timings: Timings
  /** Who was reset at an upstream's address since the rig began, because no rig has the client's address. */
  strangers: () => readonly Stranger[]
  /** Aborted when the MTA has ended; the reason is an error that says so. */
  ended: AbortSignal
  /** What is different with a host that mailrig did not configure. */
  host?: HostWays
  stop: () => Promise<void>
}

/** How a host is used that mailrig did not configure. */
export interface HostWays {
  /** Where a port answers clients of a side, and from which address they come. */
  approach(port: number, side: Side): Endpoint
  /** How its store is reached: the name in its certificate, and where TLS begins. */
  store: { servername: string; tls: MailboxTls }
  /** Hides the secrets of its configuration in a text. */
  mask(text: string): string
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
  /** The milters and policy services that the topology declares, by name. */
  readonly filters: Filters
  /** Debian's filters that run in it, by name. */
  readonly filterServers: Readonly<Record<string, RunningFilterServer>>
  /** The rig's resolver as this rig's servers see it: what it answers, and what was asked. */
  readonly dns: ZoneHandle
  /** How long each step of the boot took. */
  readonly timings: Timings
  /** What the work of one test leaves behind, and how the next is spared it. */
  readonly aftermath: Aftermath
  /** Hides the secrets of a configuration that is not mailrig's in a text; all that is shown of such a rig goes through it. */
  readonly mask: ((text: string) => string) | undefined
  readonly #parts: RigParts
  readonly #wayIn: WayIn
  readonly #mailboxes: RigMailboxes
  #stopped: Promise<void> | undefined
  #away: Promise<void> | undefined
  #absences = 0

  constructor(parts: RigParts) {
    this.target = parts.target
    this.topology = parts.topology
    this.facts = parts.facts
    this.hosts = parts.hosts
    this.addresses = parts.addresses
    this.mta = parts.mta
    this.upstreams = parts.upstreams
    this.filters = parts.filters
    this.filterServers = runningFilterServers(parts.topology, parts.hosts)
    this.dns = parts.dns
    this.timings = parts.timings
    this.mask = parts.host?.mask
    this.aftermath = new Aftermath(parts)
    this.#parts = parts
    const { reach, ended, topology, addresses } = parts
    this.#wayIn = new WayIn({
      ...this.trust,
      reach,
      host: parts.mtaHost,
      addresses,
      clients: parts.clients,
      ended,
      approach: parts.host?.approach,
    })
    const tls = parts.host?.store.tls ?? (topology.store.tls === 'required' && 'implicit')
    this.#mailboxes = new RigMailboxes({ accounts: parts.accounts, trust: this.storeTrust, defaultTls: tls, ended })
  }

  /**
   * PEM of the authority that signed the servers' certificates.
   *
   * @throws {UnsupportedError} where a server brought its certificates along: nobody told who signed them
   */
  get authority(): string {
    const { authority } = this.#parts
    return has(authority, `tell who signed the certificates of ${this.target}`, 'it brought its own').certificate
  }

  /** Whom clients of the MTA trust, and for which name. Without `ca`, no certificate is checked. */
  get trust(): Trust {
    const { authority, topology } = this.#parts
    return { ...(authority ? { ca: authority.certificate } : {}), servername: topology.host }
  }

  /** The same for clients of the mail store. */
  get storeTrust(): Trust {
    return { ...this.trust, servername: this.#parts.host?.store.servername ?? RIG_NAMES.store }
  }

  /** Where a service of the MTA answers who comes from that side, or another port of it, seen from this process. */
  endpoint(
    service: Service = 'smtp',
    side: Side = 'internet',
    port: number = SERVICE_PORTS[service],
  ): { host: string; port: number } {
    return this.#wayIn.port(port, side)
  }

  /** Where a service of the MTA answers, and the address that clients of that side come from, where this process has it. */
  approach(service: Service, side: Side): Endpoint {
    return this.#wayIn.approach(SERVICE_PORTS[service], side)
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

  /** Whether its servers have a configuration of the user's own: then they offer what `facts.services` says, no more. */
  get adopted(): boolean {
    return this.#parts.host !== undefined
  }

  /** Opens a session to the MTA and waits for its greeting. */
  session(options: RigSessionOptions = {}): Promise<Session> {
    return this.#wayIn.session(options)
  }

  /** Composes a message and hands it to the MTA in a session of its own. */
  async send(options: RigSendOptions): Promise<RigSentMessage> {
    const message = await this.#wayIn.send(options)
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
      store: this.#parts.store,
    })
  }

  /**
   * A mailbox of the store, by address, or by local part if only one domain has it. With a password: any address, such as
   * of a mailbox that came into the tables while the rig runs.
   *
   * @throws {InputError} naming the mailboxes there are.
   */
  mailbox(name: string, { password }: { password?: string } = {}): RigMailbox {
    return this.#mailboxes.of(this.store, name, password)
  }

  /**
   * The mailbox of a Unix account on the MTA's host, or of root.
   *
   * @throws {InputError} naming the accounts there are.
   */
  localMailbox(user: string): LocalMailbox {
    if (this.#parts.host) {
      throw new UnsupportedError(
        `mailrig cannot tell where ${this.target} keeps the mail of the Unix account ${JSON.stringify(user)}`,
        {
          code: 'TARGET_CANNOT',
          remedy: 'Read it by IMAP: rig.mailbox() of an account whose password mailrig.yaml declares.',
        },
      )
    }
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
      const names = Object.keys(this.upstreams)
      throw new InputError(`there is no upstream ${JSON.stringify(name)}; ${oneOfThese(name, names)}`, {
        code: 'UNKNOWN_UPSTREAM',
        remedy: `Name one of them, or declare it in \`upstreams\`.`,
      })
    }
    return upstream
  }

  /**
   * The milter of that name, or the first that the topology declares.
   *
   * @throws {InputError} UNKNOWN_FILTER naming those there are.
   */
  milter(name?: string): Milter {
    return filterNamed(this.filters.milters, name, { what: 'milter', key: 'milters' })
  }

  /**
   * The policy service of that name, or the first that the topology declares.
   *
   * @throws {InputError} UNKNOWN_FILTER naming those there are.
   */
  policy(name?: string): Policy {
    return filterNamed(this.filters.policies, name, { what: 'policy service', key: 'policies' })
  }

  /**
   * One of Debian's filters that the topology names in `filters`, by its key there; `postsrsd` where there is `rewriting.srs`.
   *
   * @throws {InputError} UNKNOWN_FILTER naming those there are.
   */
  filterServer(name: string): RunningFilterServer {
    return filterServerNamed(this.filterServers, name)
  }

  /**
   * The DKIM key that the topology declares for a domain, or the first one.
   *
   * @throws {InputError} DKIM_KEY naming those there are.
   */
  dkimKey(domain?: string): DkimKey {
    return keyOf(this.topology, domain)
  }

  /** Every line of MTA and store so far, in the order they were read, each with what it says. */
  log(): RigLogEvent[] {
    return linesOf(this.#parts)
  }

  /** Calls `listener` with each line from now on. Call the result to end that. */
  onLog(listener: (event: RigLogEvent) => void): () => void {
    return onLine(this.#parts, listener)
  }

  /** The SQL server with the accounts. @throws {InputError} where the topology has them elsewhere. */
  get database(): Database {
    const database = this.#parts.accountServer?.database
    if (!database) {
      throw new InputError('this rig has no SQL database with its accounts', {
        code: 'NO_DATABASE',
        remedy: "Put them into tables: accounts: 'postgresql' or 'mariadb' in the topology.",
      })
    }
    return database
  }

  /** The directory with the accounts. @throws {InputError} where the topology has them elsewhere. */
  get directory(): Directory {
    const directory = this.#parts.accountServer?.directory
    if (!directory) {
      throw new InputError('this rig has no directory with its accounts', {
        code: 'NO_DIRECTORY',
        remedy: "Put them into one: accounts: 'ldap' in the topology.",
      })
    }
    return directory
  }

  /** The server with the accounts, whatever software it is; undefined where they are in files. */
  get accountServer(): RunningAccounts | undefined {
    return this.#parts.accountServer?.running
  }

  /** Who can log in to the store: mailboxes by their whole address, Unix accounts by their name. */
  get accounts(): StoreAccount[] {
    return [...this.#parts.accounts]
  }

  /** The machine of a server, for faults; undefined where there is none. */
  machine(role: Role): FaultyMachine | undefined {
    return this.#parts.machines.get(role)
  }

  /**
   * Does something during which servers are away: who would open sessions waits meanwhile. Then takes their log and queue as
   * those of an MTA that was started anew.
   *
   * @param action gives when nothing of the MTA ran, ms since the epoch; undefined where it was not the MTA that was away
   */
  async whileAway(action: () => Promise<number | undefined>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#away = promise
    this.#absences += 1
    try {
      const since = await action()
      if (since !== undefined) await this.mta.takeStock(since)
    } finally {
      this.#away = undefined
      resolve()
    }
  }

  /** How often servers were away by {@link whileAway} so far. */
  get absences(): number {
    return this.#absences
  }

  /** Resolves when no server is away by {@link whileAway}; undefined where none is. */
  get away(): Promise<void> | undefined {
    return this.#away
  }

  /** Ends connections, removes containers, gives addresses back. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#mailboxes.close()
      await this.#parts.stop()
    })()
    return this.#stopped
  }
}

function filterNamed<T>(
  filters: Readonly<Record<string, T>>,
  name: string | undefined,
  { what, key }: { what: string; key: string },
): T {
  const names = Object.keys(filters)
  const found = filters[name ?? names[0] ?? '']
  if (found !== undefined) return found
  const message =
    names.length === 0
      ? `this rig has no ${what}: its topology declares none`
      : `there is no ${what} ${JSON.stringify(name)}; ${oneOfThese(name ?? '', names)}`
  throw new InputError(message, {
    code: 'UNKNOWN_FILTER',
    remedy: names.length === 0 ? `Declare one: ${key}: ['filter'] in the topology.` : 'Name one of them.',
  })
}
