import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ForwardedClient, parseProxyHeader, proxyHeader, takeProxyHeader } from './proxy-header.ts'

/** Written down by hand from the specification: signature, version and command, family, length, addresses, ports. */
const SIGNATURE = '0d0a0d0a000d0a515549540a'
const HEADER = Buffer.from(`${SIGNATURE}2111000cc612070ac61307020d050019`, 'hex')
const CLIENT = { carries: 'connection', address: '198.18.7.10', port: 3333 }

describe('parseProxyHeader', () => {
  it('tells the client of a connection', () => {
    expect(parseProxyHeader(HEADER)).toEqual(CLIENT)
  })

  it('tells that a connection carries datagrams', () => {
    const header = Buffer.from(`${SIGNATURE}2012000cc6120702c612070200350035`, 'hex')
    expect(parseProxyHeader(header)).toEqual({ carries: 'datagrams', address: '198.18.7.2', port: 53 })
  })

  it.each([
    ['what is no header', Buffer.from('EHLO mx.example.com\r\nMAIL FROM:<jim@example.com>\r\n')],
    ['version 1', Buffer.from(`${SIGNATURE}1111000cc612070ac61307020d050019`, 'hex')],
    ['IPv6', Buffer.from(`${SIGNATURE}21210024${'00'.repeat(36)}`, 'hex')],
    ['one that is cut short', HEADER.subarray(0, 27)],
  ])('does not know %s', (_, octets) => {
    expect(parseProxyHeader(octets)).toBeUndefined()
  })
})

describe('proxyHeader', () => {
  it('writes what the specification says', () => {
    expect(proxyHeader({ address: '198.18.7.10', port: 3333 }, { address: '198.19.7.2', port: 25 })).toEqual(HEADER)
  })
})

describe('takeProxyHeader', () => {
  let accepted: Promise<[Socket]>
  let client: Socket
  beforeEach(async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    accepted = once(server, 'connection') as Promise<[Socket]>
    client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    client.on('error', () => undefined)
    await accepted
    server.close()
  })
  afterEach(async () => {
    client.destroy()
    const [socket] = await accepted
    socket.destroy()
  })

  async function taken(): Promise<{ client: ForwardedClient | undefined; socket: Socket }> {
    const [socket] = await accepted
    return new Promise((resolve) => takeProxyHeader(socket, (found) => resolve({ client: found, socket })))
  }

  it('leaves what follows to be read, and takes a header that comes in pieces', async () => {
    const result = taken()
    client.setNoDelay(true)
    client.write(HEADER.subarray(0, 13))
    await new Promise<void>((resolve) => client.write(HEADER.subarray(13), () => resolve()))
    client.write('EHLO mx.example.com\r\n')
    const { client: found, socket } = await result
    expect(found).toEqual(CLIENT)
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toBe('EHLO mx.example.com\r\n')
  })

  it.each([
    ['ends', () => client.end('\r\n')],
    ['is reset', () => client.resetAndDestroy()],
  ])('gives nothing when the connection %s first', async (_, end) => {
    const result = taken()
    end()
    expect((await result).client).toBeUndefined()
  })
})
