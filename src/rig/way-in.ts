import type { Reach } from '../engine/engine.ts'
import type { RunningHost } from '../engine/running-host.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { RigAddresses, Side } from '../servers/addresses.ts'
import { type SendOptions, type SentMessage, sendMessage } from '../session/send.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'
import { SERVICE_PORTS, type Service } from '../surroundings/service-ports.ts'
import type { ClientAddress } from './host-side.ts'
import type { Trust } from './trust.ts'

/** Where a session goes and from where. */
export interface Approach {
  /** The network the session comes from; the MTA sees its gateway address. Default `internet`. */
  side?: Side
  /** One of the `clients` of the topology: the session comes from its address, on the internet. */
  client?: string
  /** By IPv6, where the topology says `ipv6`. Default: by IPv4. */
  ipv6?: boolean
  /** Another port of the MTA than that of the service. */
  port?: number
  /** Default `smtp`, port 25. */
  service?: Service
}

export type RigSessionOptions = Approach & Omit<Partial<SessionOptions>, 'host' | 'port' | 'localAddress'>
export type RigSendOptions = Approach & Omit<SendOptions, 'endpoint' | 'localAddress'>

interface WayInOptions extends Trust {
  reach: Reach
  host: Pick<RunningHost, 'endpoint'>
  addresses: Pick<RigAddresses, 'networks' | 'mta' | 'ipv6'>
  /** Of the topology, by name. */
  clients: Readonly<Record<string, ClientAddress>>
  /** Aborted when the MTA has ended. */
  ended: AbortSignal
  /** Where clients of a side have addresses of their own: those of a host that would trust its network. */
  approach?: ((port: number, side: Side) => Endpoint) | undefined
}

/** Where to connect, and from which address where this process has a choice. */
export interface Endpoint {
  host: string
  port: number
  localAddress?: string
}

/** The way in to the MTA of a rig: from either side, with TLS that trusts the rig's authority. */
export class WayIn {
  readonly #options: WayInOptions

  constructor(options: WayInOptions) {
    this.#options = options
  }

  /** Where a port of the MTA's host answers. @throws {EngineError} PORT_NOT_PUBLISHED */
  port(port: number, side: Side): { host: string; port: number } {
    return this.#options.host.endpoint(port, side)
  }

  /** The same, with the address that clients of that side come from, where this process has it. */
  approach(port: number, side: Side): Endpoint {
    return this.#options.approach?.(port, side) ?? { ...this.port(port, side), ...this.#from(side) }
  }

  async session(options: RigSessionOptions): Promise<Session> {
    const { wanted, service, rest: session } = partsOf(options)
    const { ended } = this.#options
    ended.throwIfAborted()
    const way = await this.#wayOf(wanted)
    try {
      return await openSession({ ...this.#trust, ...tlsOf(service), ...session, ...way.to, ...way.from })
    } finally {
      way.close()
    }
  }

  async send(options: RigSendOptions): Promise<SentMessage> {
    const { wanted, service, rest: send } = partsOf(options)
    const { ended } = this.#options
    ended.throwIfAborted()
    const way = await this.#wayOf(wanted)
    try {
      return await sendMessage({
        ...tlsOf(service),
        ...send,
        tlsOptions: { ...this.#trust, ...send.tlsOptions },
        endpoint: way.to,
        ...way.from,
      })
    } finally {
      way.close()
    }
  }

  #wayByIpv6(side: Side, client: string | undefined, port: number): Way {
    const { addresses } = this.#options
    if (addresses.ipv6 === undefined || client !== undefined) {
      const reason =
        client === undefined ? 'the rig has none' : `the client ${JSON.stringify(client)} has no such address`
      throw new InputError(`the session is to come by IPv6, and ${reason}`, {
        code: 'SESSION_WITHOUT_IPV6',
        remedy:
          'Say `ipv6: true` in the topology, and come from a side, `internet` or `lan`, not from a client of the topology.',
      })
    }
    const { mta, networks } = addresses.ipv6
    return { to: { host: mta[side], port }, from: { localAddress: networks[side].gateway }, close: nothing }
  }

  get #trust(): Trust {
    const { ca, servername } = this.#options
    return { ...(ca === undefined ? {} : { ca }), servername }
  }

  #from(side: Side): { localAddress?: string } {
    const { reach, addresses } = this.#options
    // Elsewhere the entrance's container has that address, and connects from there.
    return reach === 'direct' ? { localAddress: addresses.networks[side].gateway } : {}
  }

  /** Where to connect and from which address. To be closed when the connection is there. */
  async #wayOf({ side, client, ipv6, port }: Wanted): Promise<Way> {
    if (ipv6) return this.#wayByIpv6(side, client, port)
    if (client === undefined) {
      const { localAddress, ...to } = this.approach(port, side)
      return { to, from: localAddress === undefined ? {} : { localAddress }, close: nothing }
    }
    const { address, door } = clientNamed(this.#options.clients, client, side)
    if (door === undefined) return { to: this.port(port, side), from: { localAddress: address }, close: nothing }
    const opened = await door({ address: this.#options.addresses.mta.internet, port })
    return { to: { host: opened.host, port: opened.port }, from: {}, close: () => opened.close() }
  }
}

/** Where a session goes and from where, apart from all else that is said of it. */
function partsOf<T extends Approach>(options: T) {
  const { side = 'internet', service = 'smtp', client, ipv6 = false, port = SERVICE_PORTS[service], ...rest } = options
  const wanted: Wanted = { side, client, ipv6, port }
  return { wanted, service, rest }
}

interface Wanted {
  side: Side
  client: string | undefined
  ipv6: boolean
  port: number
}

interface Way {
  to: { host: string; port: number }
  from: { localAddress?: string }
  close: () => void
}

const nothing = () => undefined

function clientNamed(clients: WayInOptions['clients'], client: string, side: Side): ClientAddress {
  const found = clients[client]
  if (found !== undefined && side === 'internet') return found
  throw new InputError(
    found === undefined
      ? `there is no client ${JSON.stringify(client)}`
      : `the client ${JSON.stringify(client)} is on the internet, not on the ${side}`,
    {
      code: 'UNKNOWN_CLIENT',
      remedy: `Leave \`side\` out, and name one of ${Object.keys(clients).join(', ') || 'those you declare in `clients`'}.`,
    },
  )
}

function tlsOf(service: Service): { tls?: 'implicit' } {
  return service === 'submissions' ? { tls: 'implicit' } : {}
}
