import { proxyHeader } from '../forwarding/proxy-header.ts'
import { connectTo, type Door, type HostPort, join, openDoor } from './door.ts'
import type { Engine } from './engine.ts'
import { startForwardContainer } from './forward-container.ts'
import type { Run } from './labels.ts'
import { CARRIED_CLIENT_NUMBERS, type NetworkPair, PEER_NUMBERS } from './networks.ts'
import type { Side } from './side.ts'

/** Its first host number in both networks. */
const FORWARDER_NUMBER = PEER_NUMBERS.first

interface Listening {
  side: Side
  /** 0 for the first of its addresses there; at most 15. */
  index: number
  port: number
}

/**
 * A container that listens where this process may not: see docker/forward. It stands on both networks of a pair, and what
 * it carries on begins with a header that names the client.
 */
export interface Forwarder {
  /** Its address on a side; undefined where an index is too high to have one. */
  address(side: Side, index?: number): string | undefined
  /**
   * Carries what comes there to an address and port of this process, as the container sees it.
   *
   * @throws {EngineError} NOT_FORWARDED with the reason.
   */
  forward(protocol: 'tcp' | 'udp', from: Listening, to: { address: string; port: number }): Promise<void>
  /**
   * Gives it an address more, beside another one of its own, and this process a way to connect from there.
   *
   * @returns opens a port of this host: who connects to it comes from that address to the place.
   * @throws {EngineError} NOT_FORWARDED with the reason.
   */
  client(address: string, beside: string): Promise<(to: HostPort) => Promise<Door>>
  remove(): Promise<void>
}

export interface ForwarderOptions {
  pair: NetworkPair
  run: Run
}

/** In the container: where this process comes in. Not a low port, which another server could have there. */
export const INWARD_PORT = 1025

/** The second is for further addresses of its own. */
export const LISTENING_CAPABILITIES = ['NET_BIND_SERVICE', 'NET_ADMIN']

export function forwarderAddress(pair: NetworkPair): Forwarder['address'] {
  return (side, index = 0) => {
    const number = FORWARDER_NUMBER + index
    return number >= CARRIED_CLIENT_NUMBERS.first ? undefined : pair.address(number, side)
  }
}

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function startForwarder(engine: Engine, { pair, run }: ForwarderOptions): Promise<Forwarder> {
  const address = forwarderAddress(pair)
  const { order, remove } = await startForwardContainer(engine, {
    name: 'forwarder',
    pair,
    run,
    number: FORWARDER_NUMBER,
    capabilities: LISTENING_CAPABILITIES,
  })
  let inward: Promise<void> | undefined
  return {
    address,
    remove,
    async client(from, beside) {
      inward ??= order(`in ${INWARD_PORT}`)
      await inward
      await order(`have ${from} ${beside}`)
      return (to) =>
        openDoor((near) => {
          const far = connectTo(address('lan') ?? '', INWARD_PORT)
          far.write(proxyHeader({ address: from, port: 0 }, to))
          join(near, far)
        })
    },
    forward(protocol, { side, index, port }, to) {
      return order(`${protocol} ${address(side, index)} ${port} ${to.address} ${to.port}`)
    },
  }
}
