import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Milter } from './milter.ts'
import { checkMilterAction } from './milter-action.ts'
import { numbered, PacketReader, packet, texts, withNul } from './milter-packets.ts'

/** A server as it asks a milter: what it sends, and what comes back. */
class Asking {
  readonly socket: Socket
  readonly #reader = new PacketReader()
  readonly #answers: string[] = []
  readonly ended: Promise<unknown>
  #wake: () => void = () => undefined

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' })
    this.ended = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('error', () => undefined)
    this.socket.on('data', (octets) => {
      for (const { command, data } of this.#reader.feed(octets)) {
        const shown = command === 'O' ? data.toString('hex') : data.toString('utf8').replaceAll('\0', '|')
        this.#answers.push(command + shown)
      }
      this.#wake()
    })
  }

  say(command: string, data: Buffer | string = ''): void {
    this.socket.write(packet(command, data))
  }

  /** What it is answered next. */
  async answer(): Promise<string> {
    while (this.#answers.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.#answers.shift() ?? ''
  }

  async ask(command: string, data: Buffer | string = ''): Promise<string> {
    this.say(command, data)
    return this.answer()
  }

  /** The beginning of a session, up to MAIL. */
  async begin(from = 'a@client.example'): Promise<void> {
    const client = Buffer.concat([withNul('client.example'), Buffer.from('4\x12\x34', 'latin1'), withNul('192.0.2.1')])
    this.say('D', Buffer.concat([Buffer.from('C'), withNul('j', 'mx.example.com')]))
    expect(await this.ask('C', client)).toBe('c')
    expect(await this.ask('H', withNul('client.example'))).toBe('c')
    this.say('D', Buffer.concat([Buffer.from('M'), withNul('{mail_addr}', from)]))
    expect(await this.ask('M', withNul(`<${from}>`, 'SIZE=9'))).toBe('c')
  }
}

let server: Server
let milter: Milter
let asking: Asking

beforeEach(async () => {
  milter = new Milter('filter')
  server = createServer((socket) => milter.serve(socket, () => undefined)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  asking = new Asking((server.address() as AddressInfo).port)
})

afterEach(() => {
  asking.socket.destroy()
  server.close()
})

it('agrees on what both sides know, and asks to be told everything', async () => {
  const offer = Buffer.from('00000006000001ff001fffff', 'hex')
  expect(await asking.ask('O', offer)).toBe('O00000006000000ff00000000')
  const old = Buffer.from('000000020000003f0000007f', 'hex')
  expect(await asking.ask('O', old)).toBe('O000000020000003f00000000')
})

it('knows a message as it was told: client, envelope, macros, header and body', async () => {
  await asking.begin()
  expect(await asking.ask('R', withNul('<jim@example.com>'))).toBe('c')
  expect(await asking.ask('T')).toBe('c')
  expect(await asking.ask('L', withNul('Message-ID', '<1@x>'))).toBe('c')
  expect(await asking.ask('L', withNul('Subject', ' folded\n here'))).toBe('c')
  expect(await asking.ask('N')).toBe('c')
  expect(await asking.ask('B', 'one\r\n')).toBe('c')
  expect(milter.messages).toHaveLength(0)
  asking.say('D', Buffer.concat([Buffer.from('E'), withNul('i', 'QUEUED')]))
  expect(await asking.ask('E', 'two\r\n')).toBe('c')
  const message = milter.message({ messageId: '<1@x>' })
  expect(message).toMatchObject({
    client: { name: 'client.example', address: '192.0.2.1', port: 0x1234 },
    helo: 'client.example',
    from: 'a@client.example',
    parameters: ['SIZE=9'],
    to: ['jim@example.com'],
    headers: [
      ['Message-ID', '<1@x>'],
      ['Subject', 'folded\n here'],
    ],
    macros: { j: 'mx.example.com', '{mail_addr}': 'a@client.example', i: 'QUEUED' },
    verdict: 'continue',
    complete: true,
  })
  expect(message.body.toString()).toBe('one\r\ntwo\r\n')
  expect(message.content.toString()).toBe('Message-ID: <1@x>\r\nSubject: folded\r\n here\r\n\r\none\r\ntwo\r\n')
  expect(milter.messages).toEqual([message])
})

it('names what it was told of, where a message is none of it', async () => {
  await asking.begin()
  expect(() => milter.message({ messageId: '2@x' })).toThrow(
    /was not told of the message <2@x>; it was told of:\n {2}from <a@client\.example> to nobody, no Message-ID: under way/,
  )
  milter.reset()
  expect(() => milter.message({ messageId: '2@x' })).toThrow(/\n {2}nothing/)
})

describe('as it was told', () => {
  it('refuses a recipient in its words, once, and the message goes on without', async () => {
    milter.on('rcpt', { reply: ['550 5.7.1 not 100%', '550 here'] }, { times: 1 })
    await asking.begin()
    expect(await asking.ask('R', withNul('<jim@example.com>'))).toBe('y550-5.7.1 not 100%%\r\n550 here|')
    expect(await asking.ask('R', withNul('<petra@example.com>'))).toBe('c')
    expect(await asking.ask('E')).toBe('c')
    expect(milter.messages[0]?.to).toEqual(['petra@example.com'])
  })

  it.each([
    ['accept', 'a'],
    ['reject', 'r'],
    ['tempfail', 't'],
    ['discard', 'd'],
    ['continue', 'c'],
  ] as const)('answers %s', async (answer, letter) => {
    milter.on('data', { answer })
    await asking.begin()
    expect(await asking.ask('T')).toBe(letter)
  })

  it('changes a message, in an order in which numbers of fields stay right', async () => {
    milter.on('eom', {
      sender: '',
      addRecipients: ['c@d.example'],
      deleteRecipients: ['jim@example.com'],
      deleteHeaders: ['x-old'],
      changeHeaders: { Subject: 'new' },
      addHeaders: { 'X-Two': ['1', '2'] },
      insertHeaders: { 'X-Top': 'yes' },
      body: 'a\nb\n',
      quarantine: 'odd',
    })
    await asking.begin()
    for (const name of ['X-Old', 'Subject', 'X-OLD']) await asking.ask('L', withNul(name, 'v'))
    asking.say('E')
    const answers: string[] = []
    while (answers.at(-1) !== 'c') answers.push(await asking.answer())
    const index = (number: number) => numbered(number).toString('utf8').replaceAll('\0', '|')
    expect(answers).toEqual([
      'e<>|',
      '+<c@d.example>|',
      '-<jim@example.com>|',
      `m${index(2)}x-old||`,
      `m${index(1)}x-old||`,
      `m${index(1)}Subject|new|`,
      'hX-Two|1|',
      'hX-Two|2|',
      `i${index(0)}X-Top|yes|`,
      'ba\r\nb\r\n',
      'qodd|',
      'c',
    ])
  })

  it('waits, and answers what came meanwhile after that, in order', async () => {
    milter.on('mail', { delay: 30, answer: 'tempfail' })
    const before = performance.now()
    asking.say('M', withNul('<a@b>'))
    asking.say('R', withNul('<c@d>'))
    asking.say('T')
    expect([await asking.answer(), await asking.answer(), await asking.answer()]).toEqual(['t', 'c', 'c'])
    expect(performance.now() - before).toBeGreaterThan(25)
  })

  it('says nothing any more, or breaks the connection', async () => {
    milter.on('helo', { silent: true })
    asking.say('H', withNul('x'))
    asking.say('M', withNul('<a@b>'))
    milter.on('mail', { drop: true })
    const other = new Asking((server.address() as AddressInfo).port)
    other.say('M', withNul('<a@b>'))
    await other.ended
    expect(milter.sessions.map(({ transcript }) => transcript)).toEqual([
      'C: HELO x\n*: says nothing, as it was told',
      'C: MAIL <a@b>\n*: closed, as it was told',
    ])
  })

  it('is away, and comes back', async () => {
    milter.down()
    await asking.ended
    milter.up()
    const other = new Asking((server.address() as AddressInfo).port)
    expect(await other.ask('H', withNul('x'))).toBe('c')
    milter.down()
    await other.ended
  })
})

it('tells a message that is given up from one that ends', async () => {
  await asking.begin()
  asking.say('A')
  await asking.ask('M', withNul('<second@x>'))
  expect(milter.incomplete.map(({ from, verdict }) => [from, verdict])).toEqual([
    ['a@client.example', 'aborted'],
    ['second@x', 'under way'],
  ])
})

it('says so where an order of the test fails', async () => {
  const when = () => {
    throw new Error('no such thing')
  }
  milter.on('helo', { answer: 'reject' }, { when })
  asking.say('H', withNul('x'))
  await asking.ended
  expect(milter.sessions[0]?.end).toBe('an order failed: no such thing')
})

it('forgets a client when the server goes on with another', async () => {
  await asking.begin()
  asking.say('K')
  await asking.ask('M', withNul('<second@x>'))
  expect(milter.incomplete.map(({ client, helo, macros }) => [client?.name, helo, macros.j])).toEqual([
    ['client.example', 'client.example', 'mx.example.com'],
    [undefined, '', undefined],
  ])
})

it('breaks a connection on which no milter protocol is spoken', async () => {
  asking.socket.write('EHLO client.example\r\n')
  await asking.ended
  expect(milter.sessions[0]?.end).toMatch(/^no milter protocol/)
})

it('reads packets in whatever pieces they come', () => {
  const reader = new PacketReader()
  const stream = Buffer.concat([packet('M', withNul('<a@b>')), packet('Q')])
  const packets = [...stream].flatMap((octet) => reader.feed(Buffer.from([octet])))
  expect(packets.map(({ command, data }) => [command, texts(data)])).toEqual([
    ['M', ['<a@b>']],
    ['Q', []],
  ])
})

it.each([
  ['rcpt', { reply: '250 ok' }, '"250 ok" is not a refusal such as "550 5.7.1 not here"'],
  ['rcpt', { reply: ['550 a', '551 b'] }, 'has more than one code, or none'],
  ['rcpt', {}, 'an action needs an answer'],
  ['rcpt', { answer: 'reject', drop: true }, 'one of answer, reply, silent and drop'],
  ['rcpt', { addHeaders: { 'X-A': 'b' } }, 'a milter changes messages at eom alone'],
  ['eom', { addHeaders: { 'X-A': 'b' }, answer: 'reject' }, 'a message that is not let through is not changed'],
  ['eom', { addHeaders: { 'X A': 'b' } }, '"X A" is not the name of a header field'],
  ['eom', { addRecipients: ['<a@b>'] }, '"<a@b>" is not an address without angle brackets'],
  ['connect', { answer: 'discard' }, 'there is no message yet to discard'],
  ['mail', { delay: -1 }, 'a delay is milliseconds from 0, not -1'],
  ['message', { answer: 'reject' }, 'there is no stage "message"'],
  ['rcpt', { answer: 'refuse' }, 'there is no answer "refuse"'],
  ['rcpt', { rply: '550 no' }, 'there is no "rply"'],
])('takes no action that cannot be: at %s, %j', (stage, action, message) => {
  expect(() => checkMilterAction(stage as never, action as never)).toThrow(message)
})
