import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { awaitGreeting } from './greeting.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

function serve(onConnection: (socket: Socket, count: number) => void, port = 0): Promise<number> {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on('error', () => undefined)
    onConnection(socket, count)
  })
  open.push(server)
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

const request = (port: number, timeoutMs = 2_000, signal = new AbortController().signal) =>
  awaitGreeting({ host: '127.0.0.1', port, text: '220', timeoutMs, signal })

describe('awaitGreeting', () => {
  it('tries again when a proxy accepts and closes, and when the greeting comes in pieces', async () => {
    let connections = 0
    const port = await serve((socket, count) => {
      connections = count
      if (count < 3) socket.destroy()
      else {
        socket.write('2')
        setImmediate(() => socket.end('20 mx ESMTP\r\n'))
      }
    })
    await request(port)
    expect(connections).toBe(3)
  })

  it('tells what came instead', async () => {
    const port = await serve((socket) => socket.end('421 too busy\r\n'))
    await expect(request(port, 60)).rejects.toThrow(
      `waited 60 ms for 127.0.0.1 port ${port} to greet with "220"; the last try: it said "421 too busy\\r\\n"`,
    )
  })

  it('tells of a server that accepts and says nothing', async () => {
    const port = await serve(() => undefined)
    await expect(request(port, 60)).rejects.toThrow('the last try: connected, but nothing came')
  })

  it('tells of a port where nobody listens', async () => {
    const port = await serve(() => undefined)
    for (const server of open.splice(0)) server.close()
    await expect(request(port, 60)).rejects.toThrow('ECONNREFUSED')
  })

  it('ends at once when told to', async () => {
    const port = await serve(() => undefined)
    const abort = new AbortController()
    const started = performance.now()
    const waiting = request(port, 10_000, abort.signal)
    abort.abort()
    await waiting
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
