import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchHeader, HEADER_LENGTH, parseProxyHeader, proxyHeader } from '../forwarding/proxy-header.ts'
import { patience } from '../metrics/patience.ts'
import { DOCKER_FOLDER } from './build-context.ts'

const HERE = '127.0.0.1'
// The program runs in Linux containers; on this host, beside the test, it is the same.
const runnable = process.platform === 'linux' && spawnSync('perl', ['-v']).status === 0

describe.skipIf(!runnable)('docker/forward, which needs Linux and perl', () => {
  let forwarder: ChildProcess
  let target: Server
  let accepted: Socket[]
  let order: (text: string) => Promise<string | undefined>
  let heard: () => Promise<string | undefined>
  beforeEach(async () => {
    const child = spawn('perl', [join(DOCKER_FOLDER, 'forward', 'forward.pl')], { stdio: ['pipe', 'pipe', 'inherit'] })
    forwarder = child
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    order = async (text) => {
      child.stdin.write(`${text}\n`)
      return heard()
    }
    heard = async () => (await answers.next()).value
    accepted = []
    target = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined)
      accepted.push(socket)
    })
    target.listen(0, HERE)
    await once(target, 'listening')
  })
  afterEach(async () => {
    for (const socket of accepted) socket.destroy()
    target.close()
    forwarder.kill()
    await once(forwarder, 'exit')
  })

  const portOf = (server: Server) => (server.address() as AddressInfo).port

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, HERE)
    await once(server, 'listening')
    const port = portOf(server)
    server.close()
    return port
  }

  /** A client whose connection has come to the target, with what was taken from the beginning there. */
  async function joined(): Promise<{ client: Socket; far: Socket; header: Buffer }> {
    const port = await freePort()
    expect(await order(`tcp ${HERE} ${port} ${HERE} ${portOf(target)}`)).toBe('ok')
    const arrived = once(target, 'connection') as Promise<[Socket]>
    const client = connect({ port, host: HERE, allowHalfOpen: true })
    client.on('error', () => undefined)
    const [far] = await arrived
    await once(far, 'readable')
    return { client, far, header: far.read(HEADER_LENGTH) }
  }

  async function everything(socket: Socket): Promise<number> {
    let length = 0
    for await (const chunk of socket) length += chunk.length
    return length
  }

  it('tells who the client is, and carries octets both ways', async () => {
    const { client, far, header } = await joined()
    expect(parseProxyHeader(header)).toEqual({ carries: 'connection', address: HERE, port: client.localPort })
    client.write('EHLO mx.example.com\r\n')
    expect(String((await once(far, 'data'))[0])).toBe('EHLO mx.example.com\r\n')
    far.write('250 upstream.example\r\n')
    expect(String((await once(client, 'data'))[0])).toBe('250 upstream.example\r\n')
  })

  it('carries on the end of one direction, while the other goes on', async () => {
    const { client, far } = await joined()
    client.end('QUIT\r\n')
    expect(await everything(far)).toBe(6)
    far.end('221 Bye\r\n')
    expect(await everything(client)).toBe(9)
  })

  it('loses nothing of what a slow reader has not read yet', async () => {
    const { client, far } = await joined()
    const length = 5_000_000
    far.end(Buffer.alloc(length, 'x'))
    client.pause()
    await once(client, 'readable')
    expect(await everything(client)).toBe(length)
  })

  it.each(['client', 'far'] as const)('carries on a reset by the %s', async (who) => {
    const ends = await joined()
    const other = who === 'client' ? ends.far : ends.client
    const failed = once(other, 'error').catch((error: unknown) => [error])
    other.resume()
    ends[who].resetAndDestroy()
    expect(await failed).toEqual([expect.objectContaining({ code: 'ECONNRESET' })])
  })

  it('resets who comes when nobody listens behind it', async () => {
    const port = await freePort()
    expect(await order(`tcp ${HERE} ${port} ${HERE} ${await freePort()}`)).toBe('ok')
    const client = connect(port, HERE).resume()
    const [error] = await once(client, 'close').catch((failure: unknown) => [failure])
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('carries datagrams on one connection, and each answer to who asked', async () => {
    const port = await freePort()
    expect(await order(`udp ${HERE} ${port} ${HERE} ${portOf(target)}`)).toBe('ok')
    target.on('connection', (socket: Socket) => {
      let pending = Buffer.alloc(0)
      let begun = false
      socket.on('data', (chunk: Buffer) => {
        pending = Buffer.concat([pending, chunk])
        if (!begun && pending.length >= HEADER_LENGTH) {
          expect(parseProxyHeader(pending)?.carries).toBe('datagrams')
          pending = pending.subarray(HEADER_LENGTH)
          begun = true
        }
        while (begun && pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
          const end = 2 + pending.readUInt16BE(0)
          // Back as it came, in the same frame.
          socket.write(pending.subarray(0, end))
          pending = pending.subarray(end)
        }
      })
    })
    const ask = async (text: string, signal?: AbortSignal) => {
      const socket = createSocket('udp4')
      try {
        socket.send(text, port, HERE)
        const [answer] = (await once(socket, 'message', signal && { signal })) as [Buffer]
        return answer.toString()
      } finally {
        socket.close()
      }
    }
    expect(await Promise.all(['one', 'two', 'three'].map((text) => ask(text)))).toEqual(['one', 'two', 'three'])
    // The connection went; the next datagram makes another. One that comes before the forwarder has noticed is lost, as
    // datagrams may be, and asked again.
    const ended = once(accepted[0] as Socket, 'close')
    accepted[0]?.destroy()
    await ended
    const askAgain = () => ask('four', AbortSignal.timeout(200)).catch(() => undefined)
    await expect.poll(askAgain, { timeout: patience(10_000), interval: 20 }).toBe('four')
    expect(accepted).toHaveLength(2)
  })

  /** A connection inward that begins with these octets. */
  async function inward(octets: Buffer): Promise<Socket> {
    const port = await freePort()
    expect(await order(`in ${port}`)).toBe('ok')
    const client = connect({ port, host: HERE, allowHalfOpen: true })
    client.on('error', () => undefined)
    client.write(octets)
    return client
  }

  it('carries inward what begins with a header, from the address that it names', async () => {
    const arrived = once(target, 'connection') as Promise<[Socket]>
    const header = proxyHeader({ address: '127.0.0.9', port: 1 }, { address: HERE, port: portOf(target) })
    const client = await inward(Buffer.concat([header, Buffer.from('EHLO mx.example.com\r\n')]))
    const [far] = await arrived
    expect(far.remoteAddress).toBe('127.0.0.9')
    expect(String((await once(far, 'data'))[0])).toBe('EHLO mx.example.com\r\n')
    far.end('221 Bye\r\n')
    expect(await everything(client)).toBe(9)
  })

  it('takes a header that comes in pieces', async () => {
    const arrived = once(target, 'connection')
    const header = proxyHeader({ address: HERE, port: 1 }, { address: HERE, port: portOf(target) })
    const client = await inward(header.subarray(0, 5))
    client.write(header.subarray(5, 27))
    client.write(header.subarray(27))
    await arrived
  })

  it.each([
    ['no header', Buffer.alloc(HEADER_LENGTH, 'x')],
    ['somebody who does not listen', proxyHeader({ address: HERE, port: 1 }, { address: HERE, port: 1 })],
    ['another network', proxyHeader({ address: HERE, port: 1 }, { address: '198.51.100.1', port: 25 })],
  ])('resets who comes inward with %s', async (_, octets) => {
    const client = await inward(octets)
    client.resume()
    const [error] = await once(client, 'close').catch((failure: unknown) => [failure])
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(accepted).toHaveLength(0)
  })

  it('has a connection fetched where it knows no target', async () => {
    const [port, door] = [await freePort(), await freePort()]
    expect(await order(`in ${door}`)).toBe('ok')
    expect(await order(`tcp ${HERE} ${port}`)).toBe('ok')
    const client = connect({ port, host: HERE, allowHalfOpen: true })
    client.write('EHLO mx.example.com\r\n')
    expect(await heard()).toBe(`fetch tcp ${HERE} ${client.localPort} ${HERE} ${port}`)
    const from = { address: HERE, port: client.localPort ?? 0 }
    const fetch = fetchHeader('tcp', from, { address: HERE, port })
    const far = connect({ port: door, host: HERE, allowHalfOpen: true })
    far.write(fetch)
    await once(far, 'readable')
    expect(parseProxyHeader(far.read(HEADER_LENGTH))).toEqual({ carries: 'connection', ...from })
    expect(String((await once(far, 'data'))[0])).toBe('EHLO mx.example.com\r\n')
    far.end('221 Bye\r\n')
    expect(await everything(client)).toBe(9)
    // Nobody gets it twice.
    const again = connect(door, HERE).resume()
    again.write(fetch)
    const [error] = await once(again, 'close').catch((failure: unknown) => [failure])
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('has the connection fetched that carries datagrams', async () => {
    const [port, door] = [await freePort(), await freePort()]
    expect(await order(`in ${door}`)).toBe('ok')
    expect(await order(`udp ${HERE} ${port}`)).toBe('ok')
    const socket = createSocket('udp4')
    try {
      socket.send('question', port, HERE)
      expect(await heard()).toBe(`fetch udp ${HERE} ${port} ${HERE} ${port}`)
      const far = connect(door, HERE)
      const here = { address: HERE, port }
      far.write(fetchHeader('udp', here, here))
      await once(far, 'readable')
      expect(parseProxyHeader(far.read(HEADER_LENGTH))).toEqual({ carries: 'datagrams', ...here })
      const [frame] = (await once(far, 'data')) as [Buffer]
      expect(frame.subarray(2 + HEADER_LENGTH).toString()).toBe('question')
      far.write(frame)
      expect(String((await once(socket, 'message'))[0])).toBe('question')
      far.destroy()
    } finally {
      socket.close()
    }
  })

  it('says what is wrong with an order, and goes on', async () => {
    expect(await order('tcp 240.0.0.1 25 127.0.0.1 2525')).toMatch(/no interface leads to 240\.0\.0\.1/)
    expect(await order('listen')).toBe('no such order: listen')
    expect(await order(`tcp ${HERE} ${portOf(target)} ${HERE} 1`)).toMatch(/Address already in use/)
    expect(await order(`tcp ${HERE} ${await freePort()} ${HERE} 1`)).toBe('ok')
  })
})
