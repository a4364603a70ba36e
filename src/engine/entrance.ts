import type { Socket } from 'node:net'
import { fetchHeader, proxyHeader } from '../forwarding/proxy-header.ts'
import { connectTo, type Door, type HostPort, join, openDoor } from './door.ts'
import { publishAddress } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { type Fetch, startForwardContainer } from './forward-container.ts'
import { type Forwarder, forwarderAddress, LISTENING_CAPABILITIES, INWARD_PORT as PORT } from './forwarder.ts'
import type { Run } from './labels.ts'
import { CLIENT_NUMBER, type NetworkPair } from './networks.ts'
import { publishedPorts } from './published-ports.ts'
import type { Side } from './side.ts'

/**
 * The way in and out where the engine is elsewhere: a container that stands where the host stands on a local engine. It
 * has the clients' address in both networks, so that a server sees on which side a client is, whatever the engine does to
 * the addresses of what comes by published ports. What comes to it from servers, this process fetches. All of it goes by
 * one published port; see docker/forward.
 */
export interface Entrance extends Forwarder {
  /** Opens a port on 127.0.0.1. Who connects there comes to `to` from the clients' address on that side. */
  door(side: Side, to: HostPort): Promise<Door>
}

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function openEntrance(engine: Engine, { pair, run }: { pair: NetworkPair; run: Run }): Promise<Entrance> {
  /** What comes to an address and port of the container → where this process listens for it. */
  const targets = new Map<string, HostPort>()
  let enter: ((header: Buffer) => Socket) | undefined
  const { container, order, remove } = await startForwardContainer(engine, {
    name: 'entrance',
    pair,
    run,
    number: CLIENT_NUMBER,
    capabilities: LISTENING_CAPABILITIES,
    publish: { port: PORT, hostAddress: publishAddress(engine.endpoint) },
    onFetch({ protocol, client, server }: Fetch) {
      const target = targets.get(keyOf(server))
      if (target && enter) join(enter(fetchHeader(protocol, client, server)), connectTo(target.address, target.port))
    },
  })
  try {
    const [published] = await Promise.all([publishedPorts(container), order(`in ${PORT}`)])
    const port = published.get(PORT)
    if (port === undefined) throw new Error(`the engine did not publish port ${PORT} of the entrance`)
    const through = (header: Buffer) => {
      const socket = connectTo(engine.publishedHost, port)
      socket.write(header)
      return socket
    }
    enter = through
    const address = forwarderAddress(pair)
    return {
      address,
      remove,
      async forward(protocol, from, to) {
        const own = address(from.side, from.index)
        if (own === undefined) throw new Error(`the entrance has no address ${from.index} on the ${from.side}`)
        targets.set(keyOf({ address: own, port: from.port }), to)
        await order(`${protocol} ${own} ${from.port}`)
      },
      client: async (from, beside) => {
        await order(`have ${from} ${beside}`)
        return (to) => openDoor((near) => join(near, through(proxyHeader({ address: from, port: 0 }, to))))
      },
      door(side, to) {
        const header = proxyHeader({ address: pair.address(CLIENT_NUMBER, side), port: 0 }, to)
        return openDoor((near) => join(near, through(header)))
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

function keyOf({ address, port }: HostPort): string {
  return `${address} ${port}`
}
