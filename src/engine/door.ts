import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** An address with a port. */
export interface HostPort {
  address: string
  port: number
}

/** A port of this host that leads to one port of a container. */
export interface Door {
  host: string
  port: number
  /** Nobody comes in any more; who is in stays. */
  close(): void
}

const LOOPBACK = '127.0.0.1'

/** Opens a port on 127.0.0.1, and hands each connection to `take`. */
export async function openDoor(take: (near: Socket) => void): Promise<Door> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, take)
  // Whoever has the door closes it; that it was forgotten is no reason to stay.
  server.unref()
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  return { host: LOOPBACK, port: (server.address() as AddressInfo).port, close: () => void server.close() }
}

export function connectTo(host: string, port: number): Socket {
  return connect({ host, port, allowHalfOpen: true, noDelay: true })
}

/** Carries octets both ways, and each end's end and reset to the other. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.resetAndDestroy())
  }
}
