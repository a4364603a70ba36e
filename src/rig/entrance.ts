import type { Reach } from '../engine/engine.ts'
import type { RunningHost } from '../engine/running-host.ts'
import { EngineError } from '../errors/mailrig-error.ts'
import type { RigAddresses, Side } from '../servers/addresses.ts'
import { type SendOptions, type SentMessage, sendMessage } from '../session/send.ts'
import { openSession, type Session, type SessionOptions } from '../session/session.ts'

/** Where a session goes and from where. */
export interface Approach {
  /** The network the session comes from; the MTA sees its gateway address. Default `internet`. */
  side?: Side
  /** Default `smtp`, port 25; `submission` is port 587 (RFC 6409). */
  service?: 'smtp' | 'submission'
}

export type RigSessionOptions = Approach & Omit<Partial<SessionOptions>, 'host' | 'port' | 'localAddress'>
export type RigSendOptions = Approach & Omit<SendOptions, 'endpoint' | 'localAddress'>

const PORTS = { smtp: 25, submission: 587 } as const

interface EntranceOptions {
  /** The name in the MTA's certificate. */
  servername: string
  /** PEM of the authority that signed it. */
  ca: string
  reach: Reach
  host: Pick<RunningHost, 'endpoint'>
  networks: RigAddresses['networks']
  /** Aborted when the MTA has ended. */
  ended: AbortSignal
}

/** The way in to the MTA of a rig: from either side, with TLS that trusts the rig's authority. */
export class Entrance {
  readonly #options: EntranceOptions

  constructor(options: EntranceOptions) {
    this.#options = options
  }

  /** Where a port of the MTA's host answers. @throws {EngineError} SIDE_NOT_REACHABLE, PORT_NOT_PUBLISHED */
  port(port: number, side: Side): { host: string; port: number } {
    const { reach, host } = this.#options
    if (side === 'lan' && reach === 'exposed') {
      throw new EngineError('nobody can come from the lan where containers are reached by published ports', {
        code: 'SIDE_NOT_REACHABLE',
        remedy:
          "Leave `side` out and trust the other one, trustedNetworks: ['internet']; or use an engine on this Linux host.",
      })
    }
    return host.endpoint(port, side)
  }

  /** Where a service of the MTA answers. @throws as {@link port} */
  endpoint(service: 'smtp' | 'submission', side: Side): { host: string; port: number } {
    return this.port(PORTS[service], side)
  }

  async session({ side = 'internet', service = 'smtp', ...session }: RigSessionOptions): Promise<Session> {
    const { ca, servername, ended } = this.#options
    ended.throwIfAborted()
    return openSession({ ca, servername, ...session, ...this.endpoint(service, side), ...this.#from(side) })
  }

  async send({ side = 'internet', service = 'smtp', ...send }: RigSendOptions): Promise<SentMessage> {
    const { ca, servername, ended } = this.#options
    ended.throwIfAborted()
    return sendMessage({
      ...send,
      tlsOptions: { ca, servername, ...send.tlsOptions },
      endpoint: this.endpoint(service, side),
      ...this.#from(side),
    })
  }

  #from(side: Side): { localAddress?: string } {
    const { reach, networks } = this.#options
    // Where containers are reached by published ports the source address is the engine's, whatever we bind to.
    return reach === 'direct' ? { localAddress: networks[side].gateway } : {}
  }
}
