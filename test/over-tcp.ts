import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface OverTcp {
  url: string
  /** How often containers were made by way of it. */
  made(): number
  close(): void
}

/** An engine under an address of its own, as of a daemon that is reached over TCP alone. */
export async function overTcp(path: string): Promise<OverTcp> {
  const sockets = new Set<Socket>()
  let made = 0
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true })
    near.on('data', (octets) => {
      if (/^POST \S*\/containers\/create\b/m.test(octets.toString('latin1'))) made += 1
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made: () => made,
    close() {
      server.close()
      for (const one of sockets) one.destroy()
    },
  }
}
