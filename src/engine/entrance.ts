import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { proxyHeader } from '../forwarding/proxy-header.ts'
import { publishAddress } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { startForwardContainer } from './forward-container.ts'
import type { Run } from './labels.ts'
import { CLIENT_NUMBER, type NetworkPair } from './networks.ts'
import { publishedPorts } from './published-ports.ts'
import type { Side } from './side.ts'

/** An address with a port. */
interface Place {
  address: string
  port: number
}

/** A port of this host that leads to one port of a container. */
export interface Door {
  host: string
  port: number
  close(): void
}

/**
 * The way in where the engine is elsewhere: a container that stands where the host stands on a local engine, with the
 * clients' address in both networks, and takes connections at one published port: see docker/forward. So a server sees
 * on which side a client is, whatever the engine does to the addresses of what comes by published ports.
 */
export interface Entrance {
  /** Opens a port on 127.0.0.1. Who connects there comes to `to` from the clients' address on that side. */
  door(side: Side, to: Place): Promise<Door>
  remove(): Promise<void>
}

/** In the container. Not a low port, which takes a capability. */
const PORT = 1025
const LOOPBACK = '127.0.0.1'

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function openEntrance(engine: Engine, { pair, run }: { pair: NetworkPair; run: Run }): Promise<Entrance> {
  const { container, order, remove } = await startForwardContainer(engine, {
    name: 'entrance',
    pair,
    run,
    at: { number: CLIENT_NUMBER },
    capabilities: [],
    publish: { port: PORT, hostAddress: publishAddress(engine.endpoint) },
  })
  try {
    const [published] = await Promise.all([publishedPorts(container), order(`in ${PORT}`)])
    const port = published.get(PORT)
    if (port === undefined) throw new Error(`the engine did not publish port ${PORT} of the entrance`)
    const at = { host: engine.publishedHost, port }
    return {
      remove,
      door: (side, to) => openDoor(at, proxyHeader({ address: pair.address(CLIENT_NUMBER, side), port: 0 }, to)),
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function openDoor(entrance: { host: string; port: number }, header: Buffer): Promise<Door> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ ...entrance, allowHalfOpen: true, noDelay: true })
    far.write(header)
    join(near, far)
    join(far, near)
  })
  // Whoever has the door closes it; that it was forgotten is no reason to stay.
  server.unref()
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  return { host: LOOPBACK, port: (server.address() as AddressInfo).port, close: () => void server.close() }
}

/** Carries on octets, the end, and a reset. */
function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => to.resetAndDestroy())
}
