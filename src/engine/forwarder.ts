import type { Engine } from './engine.ts'
import { startForwardContainer } from './forward-container.ts'
import type { Run } from './labels.ts'
import type { NetworkPair } from './networks.ts'
import type { Side } from './side.ts'

/** Its host number in both networks. Numbers below 10 are never a server's. */
export const FORWARDER_NUMBER = 2
const LAST_NUMBER = 9

interface Listening {
  side: Side
  /** 0 for the first of its addresses there; at most 7. */
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
  remove(): Promise<void>
}

export interface ForwarderOptions {
  pair: NetworkPair
  run: Run
  /** Id of a container with address {@link FORWARDER_NUMBER} in both networks, whose network namespace this one shares. */
  joins?: string
}

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function startForwarder(engine: Engine, { pair, run, joins }: ForwarderOptions): Promise<Forwarder> {
  const address: Forwarder['address'] = (side, index = 0) =>
    FORWARDER_NUMBER + index > LAST_NUMBER ? undefined : pair.address(FORWARDER_NUMBER + index, side)
  const { order, remove } = await startForwardContainer(engine, {
    name: 'forwarder',
    pair,
    run,
    at: joins === undefined ? { number: FORWARDER_NUMBER } : { joins },
    // The second is for further addresses of its own.
    capabilities: ['NET_BIND_SERVICE', 'NET_ADMIN'],
  })
  return {
    address,
    remove,
    forward(protocol, { side, index, port }, to) {
      return order(`${protocol} ${address(side, index)} ${port} ${to.address} ${to.port}`)
    },
  }
}
