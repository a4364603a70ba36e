import { createSocket } from 'node:dgram'
import { Resolver as Client } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type DecodedPacket, decode, encode, type Packet, streamEncode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineError } from '../errors/mailrig-error.ts'
import { type Resolver, startResolver } from './server.ts'
import type { Zone, ZoneRecord } from './zone.ts'

function zoneOf(records: Record<string, ZoneRecord[]>): Zone {
  return { records: new Map(Object.entries(records)), ancestors: new Set(['']) }
}

const BIG = Array.from({ length: 200 }, (_, index) => `198.18.7.${index}`)
const ZONE = zoneOf({
  'example.com': [
    { type: 'MX', data: { preference: 10, exchange: 'mx.example.com' } },
    { type: 'TXT', data: [Buffer.from('one'), Buffer.from('two')] },
  ],
  'mx.example.com': [{ type: 'A', data: '198.18.1.2' }],
  '2.1.18.198.in-addr.arpa': [{ type: 'PTR', data: 'mx.example.com' }],
  'big.example.com': BIG.map((data) => ({ type: 'A', data })),
})

let resolver: Resolver
beforeEach(async () => {
  resolver = await startResolver({ addresses: ['127.0.0.1'], port: 0 })
})
afterEach(() => resolver.close())

/** An independent client, asking from `from`. */
function client(from = '127.0.0.1'): Client {
  const dns = new Client({ timeout: 2000, tries: 1 })
  dns.setServers([`127.0.0.1:${resolver.port}`])
  dns.setLocalAddress(from)
  return dns
}

/** Sends octets over UDP and gives the response, or undefined when there was none before that of a good query. */
async function exchange(packet: Buffer): Promise<Buffer | undefined> {
  const socket = createSocket('udp4')
  socket.connect(resolver.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.send(packet)
  socket.send(encode({ type: 'query', id: 0xbeef, questions: [{ name: 'mx.example.com', type: 'A' }] }))
  const [first] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return first.readUInt16BE(0) === 0xbeef ? undefined : first
}

/** dns-packet sets `rcode` on what it decodes, but its types do not say so. */
function rcodeOf(packet: DecodedPacket): string | undefined {
  return (packet as DecodedPacket & { rcode?: string }).rcode
}

function query(type: 'A' | 'MX' | 'TXT', name: string, more: Packet = {}): Buffer {
  return encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type, name }], ...more })
}

function opt(udpPayloadSize: number, ednsVersion = 0): Packet {
  return {
    additionals: [
      { name: '.', type: 'OPT', udpPayloadSize, ednsVersion, extendedRcode: 0, flags: 0, flag_do: false, options: [] },
    ],
  }
}

describe('startResolver', () => {
  it('answers an independent client', async () => {
    resolver.register(['127.0.0.1'], ZONE)
    expect(await client().resolveMx('example.com')).toMatchObject([{ exchange: 'mx.example.com', priority: 10 }])
    expect(await client().resolve4('MX.Example.com')).toEqual(['198.18.1.2'])
    expect(await client().reverse('198.18.1.2')).toEqual(['mx.example.com'])
    expect(await client().resolveTxt('example.com')).toEqual([['one', 'two']])
    await expect(client().resolve6('mx.example.com')).rejects.toMatchObject({ code: 'ENODATA' })
    await expect(client().resolve4('nowhere.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('tells clients apart by their address, and refuses strangers', async () => {
    const one = resolver.register(['127.0.0.2'], zoneOf({ 'a.example': [{ type: 'A', data: '198.18.0.2' }] }))
    const two = resolver.register(['127.0.0.3'], zoneOf({ 'a.example': [{ type: 'A', data: '198.18.0.3' }] }))
    expect(await client('127.0.0.2').resolve4('a.example')).toEqual(['198.18.0.2'])
    expect(await client('127.0.0.3').resolve4('a.example')).toEqual(['198.18.0.3'])
    await expect(client('127.0.0.4').resolve4('a.example')).rejects.toMatchObject({ code: 'EREFUSED' })
    expect(one.queries).toEqual([
      expect.objectContaining({ name: 'a.example', type: 'A', rcode: 'NOERROR', from: '127.0.0.2', transport: 'udp' }),
    ])
    expect(two.queries).toHaveLength(1)

    one.unregister()
    await expect(client('127.0.0.2').resolve4('a.example')).rejects.toMatchObject({ code: 'EREFUSED' })
  })

  it('has a zone for those no rig names', async () => {
    resolver.register(['127.0.0.2'], zoneOf({}))
    resolver.register(['*'], ZONE)
    expect(await client('127.0.0.5').resolve4('mx.example.com')).toEqual(['198.18.1.2'])
    await expect(client('127.0.0.2').resolve4('mx.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('gives no client to two rigs', () => {
    resolver.register(['127.0.0.2'], ZONE)
    expect(() => resolver.register(['127.0.0.2'], ZONE)).toThrow('answers 127.0.0.2 for another rig already')
  })

  it('sets TC when UDP is too small, and answers in full over TCP', async () => {
    const handle = resolver.register(['*'], ZONE)
    const plain = decode((await exchange(query('A', 'big.example.com'))) ?? Buffer.alloc(0))
    expect(plain).toMatchObject({ flag_tc: true, answers: [], questions: [{ name: 'big.example.com' }] })
    expect((await client().resolve4('big.example.com')).sort()).toEqual([...BIG].sort())
    expect(handle.queries.at(-1)).toMatchObject({ transport: 'tcp', rcode: 'NOERROR' })
  })

  it('repeats the octets of the question, and answers EDNS with EDNS', async () => {
    resolver.register(['*'], ZONE)
    const asked = query('A', 'Mx.eXAMple.cOM', opt(4096))
    const response = (await exchange(asked)) ?? Buffer.alloc(0)
    expect(response.subarray(12, 32)).toEqual(asked.subarray(12, 32))
    expect(decode(response)).toMatchObject({
      id: 7,
      flag_aa: true,
      flag_ra: true,
      flag_rd: true,
      answers: [{ name: 'Mx.eXAMple.cOM', data: '198.18.1.2' }],
      additionals: [{ type: 'OPT', udpPayloadSize: 1232, extendedRcode: 0 }],
    })
    expect(decode((await exchange(query('A', 'mx.example.com', opt(4096, 1)))) ?? Buffer.alloc(0))).toMatchObject({
      answers: [],
      additionals: [{ type: 'OPT', extendedRcode: 1 }],
    })
  })

  it.each<[string, Buffer, string | undefined]>([
    ['an empty packet', Buffer.alloc(0), undefined],
    ['half a header', Buffer.alloc(7), undefined],
    ['a response', encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'a.example' }] }), undefined],
    ['a header without its question', query('A', 'mx.example.com').subarray(0, 12), 'FORMERR'],
    ['a question cut short', query('A', 'mx.example.com').subarray(0, 20), 'FORMERR'],
    [
      'two questions',
      query('A', 'a.example', {
        questions: [
          { type: 'A', name: 'a.example' },
          { type: 'MX', name: 'a.example' },
        ],
      }),
      'FORMERR',
    ],
    ['a name that points at itself', Buffer.from('000701000001000000000000c00c00010001', 'hex'), 'FORMERR'],
    ['an update (opcode 5)', Buffer.from('000728000001000000000000016100 00010001'.replace(' ', ''), 'hex'), 'NOTIMP'],
  ])('survives %s', async (_what, packet, rcode) => {
    resolver.register(['*'], ZONE)
    const response = await exchange(packet)
    expect(response && rcodeOf(decode(response))).toBe(rcode)
  })

  it('answers several queries on one connection, in pieces too', async () => {
    resolver.register(['*'], ZONE)
    const socket = connect(resolver.port, '127.0.0.1')
    const octets = Buffer.concat(
      ['mx.example.com', 'nowhere.example'].map((name) =>
        streamEncode({ type: 'query', id: 7, questions: [{ type: 'A', name }] }),
      ),
    )
    socket.setNoDelay(true)
    for (const octet of octets) socket.write(Buffer.of(octet))
    let received = Buffer.alloc(0)
    const rcodes: (string | undefined)[] = []
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        rcodes.push(rcodeOf(decode(received.subarray(2, end))))
        received = received.subarray(end)
      }
      if (rcodes.length === 2) break
    }
    expect(rcodes).toEqual(['NOERROR', 'NXDOMAIN'])
  })

  it('says why it cannot listen', async () => {
    const again = startResolver({ addresses: ['127.0.0.1'], port: resolver.port })
    await expect(again).rejects.toThrow(EngineError)
    await expect(again).rejects.toThrow(`port ${resolver.port}: another process listens there (EADDRINUSE)`)
    await expect(startResolver({ addresses: ['192.0.2.1'], port: 0 })).rejects.toThrow('EADDRNOTAVAIL')
  })
})

describe('a resolver behind the forwarder', () => {
  const header = (command: number, family: number, address: string, port: number) => {
    const octets = Buffer.from('0d0a0d0a000d0a515549540a00000000000000000000000000000035', 'hex')
    octets.writeUInt8(command, 12)
    octets.writeUInt8(family, 13)
    octets.writeUInt16BE(12, 14)
    octets.set(address.split('.').map(Number), 16)
    octets.writeUInt16BE(port, 24)
    return octets
  }
  const framed = (message: Buffer) => Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message])

  let behind: Resolver
  beforeEach(async () => {
    behind = await startResolver({ addresses: ['127.0.0.1'], port: 0, forwarded: true })
    behind.register(['198.18.7.10'], ZONE)
  })
  afterEach(() => behind.close())

  /** Sends octets and gives the messages that come back, or none when the connection ends. */
  async function answersTo(octets: Buffer, count: number): Promise<Buffer[]> {
    const socket = connect(behind.port, '127.0.0.1')
    socket.write(octets)
    let received = Buffer.alloc(0)
    const messages: Buffer[] = []
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        messages.push(received.subarray(2, end))
        received = received.subarray(end)
      }
      if (messages.length >= count) break
    }
    return messages
  }

  it('knows the client of a connection from the header before it', async () => {
    const known = await answersTo(
      Buffer.concat([header(0x21, 0x11, '198.18.7.10', 4000), framed(query('A', 'mx.example.com'))]),
      1,
    )
    expect(known.map((message) => rcodeOf(decode(message)))).toEqual(['NOERROR'])
    const stranger = await answersTo(
      Buffer.concat([header(0x21, 0x11, '127.0.0.1', 4000), framed(query('A', 'mx.example.com'))]),
      1,
    )
    expect(stranger.map((message) => rcodeOf(decode(message)))).toEqual(['REFUSED'])
  })

  it('answers each datagram behind its own header, with the limit of UDP', async () => {
    const one = header(0x21, 0x12, '198.18.7.10', 4001)
    const other = header(0x21, 0x12, '198.18.7.11', 4002)
    const messages = await answersTo(
      Buffer.concat([
        header(0x20, 0x12, '198.18.7.2', 53),
        framed(Buffer.concat([one, query('A', 'big.example.com')])),
        framed(Buffer.concat([other, query('A', 'mx.example.com')])),
      ]),
      2,
    )
    expect(messages.map((message) => message.subarray(0, 28))).toEqual([one, other])
    const [big, refused] = messages.map((message) => decode(message.subarray(28)))
    expect(big?.flag_tc).toBe(true)
    expect(refused && rcodeOf(refused)).toBe('REFUSED')
  })

  it('ends a connection without a header', async () => {
    await expect(
      answersTo(Buffer.concat([framed(query('A', 'mx.example.com')), Buffer.alloc(28)]), 1),
    ).resolves.toEqual([])
  })
})
