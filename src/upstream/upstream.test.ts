import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import nodemailer from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InputError, WaitError } from '../errors/mailrig-error.ts'
import { createAuthority } from '../tls/authority.ts'
import type { Flaw } from '../tls/certificates.ts'
import { startUpstreamListener, type UpstreamListener } from './listener.ts'
import { Upstream } from './upstream.ts'

const authority = await createAuthority()
const certificate = await authority.issue({ names: ['up.rig.test'] })

let listener: UpstreamListener
let upstream: Upstream
beforeEach(async () => {
  listener = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
  upstream = new Upstream({ name: 'upstream', host: 'up.rig.test', certificate })
  listener.register('*', upstream)
})
afterEach(async () => {
  upstream.close()
  await listener.close()
})

/** A client as plain as can be: writes octets, reads whole replies. */
class Wire {
  socket: Socket
  #received = ''
  #wake = () => {}
  ended: string | undefined

  constructor(socket: Socket) {
    this.socket = socket
    this.#listen(socket)
  }

  #listen(socket: Socket): void {
    socket.setEncoding('latin1')
    socket.on('data', (data: string) => {
      this.#received += data
      this.#wake()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.ended = error.code
    })
    socket.on('close', () => {
      this.ended ??= 'closed'
      this.#wake()
    })
  }

  /** The next reply, lines joined by `|`; or how the connection ended. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#received)
      if (match) {
        this.#received = this.#received.slice(match[0].length)
        return match[0].trimEnd().replaceAll('\r\n', '|')
      }
      if (this.ended !== undefined) return this.ended
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async say(octets: string): Promise<string> {
    this.socket.write(`${octets}\r\n`, 'latin1')
    return this.reply()
  }

  /** Sends commands, and gives the codes of the replies. */
  async codes(...commands: string[]): Promise<string[]> {
    const codes: string[] = []
    for (const command of commands) codes.push((await this.say(command)).slice(0, 3))
    return codes
  }

  async startTls(): Promise<string> {
    this.socket.removeAllListeners()
    const socket = connectTls({ socket: this.socket, servername: 'up.rig.test', ca: authority.certificate })
    await once(socket, 'secureConnect')
    this.socket = socket
    this.#listen(socket)
    return socket.getProtocol() ?? ''
  }
}

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
})

function dial(from = '127.0.0.1'): Wire {
  const socket = connect({ port: listener.port, host: '127.0.0.1', localAddress: from, noDelay: true })
  open.push(socket)
  return new Wire(socket)
}

/** Greeted, and EHLO said. */
async function session(): Promise<Wire> {
  const wire = dial()
  await wire.reply()
  await wire.say('EHLO mx.example.com')
  return wire
}

const ENVELOPE = ['MAIL FROM:<jim@example.com>', 'RCPT TO:<marc@client.example>', 'DATA']
const MESSAGE = 'Subject: hello\r\nMessage-ID: <1@example.com>\r\n\r\nHi\r\n.'

async function hand(wire: Wire, message = MESSAGE): Promise<string> {
  await wire.codes(...ENVELOPE)
  return wire.say(message)
}

describe('an upstream', () => {
  it('takes a message from an independent client and knows all about it', async () => {
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: listener.port,
      name: 'MX.example.com',
      ignoreTLS: true,
    })
    await transport.sendMail({
      envelope: {
        from: 'jim@example.com',
        to: ['marc@client.example', 'Petra@client.example'],
        dsn: { id: 'x+y', return: 'headers', notify: ['failure', 'delay'], recipient: 'marc@client.example' },
      },
      from: 'jim@example.com',
      to: 'marc@client.example',
      subject: 'Grüße',
      messageId: '<2@example.com>',
      text: 'Hello\n.dot\n',
    })
    transport.close()
    const message = await upstream.next({ messageId: '<2@example.com>' })
    expect(message).toMatchObject({
      from: 'jim@example.com',
      to: ['marc@client.example', 'Petra@client.example'],
      helo: 'MX.example.com',
      clientAddress: '127.0.0.1',
      tls: false,
      user: undefined,
      subject: 'Grüße',
      messageId: '2@example.com',
    })
    expect(message.parameters.mail).toMatchObject({ RET: 'HDRS', ENVID: 'x+2By' })
    expect(message.parameters.rcpt[1]).toMatchObject({ NOTIFY: 'FAILURE,DELAY' })
    expect(message.text).toMatch(/\r\n\r\nHello\r\n\.dot\r\n/)
    expect((await message.parsed()).text).toBe('Hello\n.dot\n')
  })

  it('keeps the message to the octet', async () => {
    const wire = await session()
    const sent = '.lone\r\n..dot\r\nbare\n..lf\n.\nand\rcr \xe9\x00\r\n...\r\n'
    expect(await hand(wire, `${sent}.`)).toMatch(/^250 2\.6\.0 Ok: queued as upstream-\d+$/)
    const message = await upstream.next()
    expect(message.content.toString('latin1')).toBe('lone\r\n.dot\r\nbare\n..lf\n.\nand\rcr \xe9\x00\r\n..\r\n')
    expect(message.wire.toString('latin1')).toBe(`${sent}.\r\n`)
  })

  it('finds the end of a message wherever the network cuts it', async () => {
    const wire = await session()
    for (const data of ['.\r\n', '..\r\n.\r\n', 'a\r\n.\r\n', '\r\n.b\r\n.\r\n']) {
      await wire.codes(...ENVELOPE)
      for (const octet of data) {
        await new Promise((sent) => wire.socket.write(octet, sent))
        // Let the octet travel alone.
        await new Promise(setImmediate)
      }
      expect(await wire.reply()).toMatch(/^250/)
    }
    expect(upstream.messages.map(({ content }) => content.toString())).toEqual(['', '.\r\n', 'a\r\n', '\r\nb\r\n'])
  })

  it('serves commands sent together, messages behind each other', async () => {
    const wire = await session()
    upstream.on('mail', { delay: 20 })
    wire.socket.write(
      `${ENVELOPE.join('\r\n')}\r\n${MESSAGE}\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n`,
    )
    const codes: string[] = []
    while (wire.ended === undefined) codes.push((await wire.reply()).slice(0, 3))
    expect(codes.slice(0, 10)).toEqual(['250', '250', '354', '250', '250', '250', '250', '354', '250', '221'])
    expect(upstream.messages.map(({ from, to }) => [from, ...to])).toEqual([
      ['jim@example.com', 'marc@client.example'],
      ['', 'a@b.example', 'a@b.example'],
    ])
    expect(upstream.attempts.map(({ end, messages }) => [end, messages.length])).toEqual([['QUIT', 2]])
  })

  it('keeps the order of commands that the protocol wants', async () => {
    const wire = dial()
    await wire.reply()
    expect(await wire.codes('MAIL FROM:<>', 'EHLO a', 'RCPT TO:<a@b.example>', 'DATA', 'MAIL FROM:<>', 'DATA')).toEqual(
      ['503', '250', '503', '503', '250', '503'],
    )
    expect(await wire.codes('RCPT TO:<a@b.example>', 'RSET', 'DATA', 'MAIL jim', 'FOO', 'QUIT')).toEqual([
      '250',
      '250',
      '503',
      '501',
      '500',
      '221',
    ])
  })

  it('has a transcript of a session that brought nothing', async () => {
    const wire = await session()
    await wire.codes('MAIL FROM:<jim>', 'QUIT')
    const [attempt] = upstream.attempts
    expect(attempt?.transcript).toMatchInlineSnapshot(`
      "S: 220 up.rig.test ESMTP
      C: EHLO mx.example.com
      S: 250-up.rig.test greets [127.0.0.1]
      S: 250-PIPELINING
      S: 250-8BITMIME
      S: 250-SMTPUTF8
      S: 250-ENHANCEDSTATUSCODES
      S: 250-DSN
      S: 250 SIZE 52428800
      C: MAIL FROM:<jim>
      S: 501 5.1.7 Error: Bad sender address syntax
      C: QUIT
      S: 221 2.0.0 Bye
      *: QUIT"
    `)
  })
})

describe('upstream.on', () => {
  it.each<[stage: 'ehlo' | 'mail' | 'rcpt' | 'data', commands: string[]]>([
    ['ehlo', ['EHLO mx.example.com']],
    ['mail', ENVELOPE.slice(0, 1)],
    ['rcpt', ENVELOPE.slice(0, 2)],
    ['data', ENVELOPE],
  ])('refuses at %s, as often as told', async (stage, commands) => {
    upstream.on(stage, { reply: ['450-4.2.1 busy', '450 4.2.1 try later'] }, { times: 1 })
    const wire = dial()
    await wire.reply()
    if (stage !== 'ehlo') await wire.say('EHLO mx.example.com')
    await wire.codes(...commands.slice(0, -1))
    const last = commands.at(-1) ?? ''
    expect(await wire.say(last)).toBe('450-4.2.1 busy|450 4.2.1 try later')
    expect((await wire.say(last)).slice(0, 3)).toBe(stage === 'data' ? '354' : '250')
  })

  it('refuses a message at its end, and keeps what was refused', async () => {
    upstream.on('message', { reply: '554 5.7.1 spam' }, { when: ({ message }) => message?.subject === 'hello' })
    const wire = await session()
    expect(await hand(wire)).toBe('554 5.7.1 spam')
    expect(await hand(wire, 'Subject: other\r\n\r\n.')).toMatch(/^250/)
    expect(upstream.messages.map(({ subject }) => subject)).toEqual(['other'])
    expect(upstream.attempts[0]?.refused.map(({ subject }) => subject)).toEqual(['hello'])
  })

  it('refuses one recipient of two', async () => {
    upstream.on('rcpt', { reply: '550 5.1.1 who?' }, { when: ({ recipient }) => recipient === 'no@client.example' })
    const wire = await session()
    await wire.codes('MAIL FROM:<>', 'RCPT TO:<no@client.example>', 'RCPT TO:<yes@client.example>', 'DATA', '.')
    expect((await upstream.next()).to).toEqual(['yes@client.example'])
  })

  it('accepts in other words', async () => {
    upstream.on('message', { reply: '250 2.0.0 Ok: queued as 4711' })
    upstream.on('connect', { reply: ['220-welcome', '220 ESMTP'] })
    upstream.on('ehlo', { reply: ['250-me', '250 SIZE 7'] })
    const wire = dial()
    expect(await wire.reply()).toBe('220-welcome|220 ESMTP')
    expect(await wire.say('EHLO a')).toBe('250-me|250 SIZE 7')
    expect(await hand(wire)).toBe('250 2.0.0 Ok: queued as 4711')
    expect(upstream.messages).toHaveLength(1)
  })

  it('refuses a client with 554, and serves nothing but QUIT then', async () => {
    upstream.on('connect', { reply: '554 5.7.1 not you' })
    const wire = dial()
    expect(await wire.reply()).toBe('554 5.7.1 not you')
    expect(await wire.codes('EHLO a', 'MAIL FROM:<>', 'QUIT')).toEqual(['503', '503', '221'])
  })

  it('closes after 421', async () => {
    upstream.on('rcpt', { reply: '421 4.3.2 going down' })
    const wire = await session()
    await wire.say('MAIL FROM:<>')
    expect(await wire.say('RCPT TO:<a@b.example>')).toBe('421 4.3.2 going down')
    expect(await wire.reply()).toBe('closed')
    expect(upstream.attempts[0]?.end).toBe('closed after 421')
  })

  it.each<[true | 'reset', string, string]>([
    [true, 'closed', 'closed by the script'],
    ['reset', 'ECONNRESET', 'reset by the script'],
  ])('drops (%s) instead of a reply, and has the message as refused', async (drop, seen, end) => {
    upstream.on('message', { drop })
    const wire = await session()
    expect(await hand(wire)).toBe(seen)
    await expect.poll(() => upstream.attempts[0]?.refused.length, { interval: 20 }).toBe(1)
    expect(upstream.attempts[0]?.end).toBe(end)
    expect(upstream.messages).toEqual([])
  })

  it('drops after an acceptance', async () => {
    upstream.on('message', { reply: '250 2.0.0 got it', drop: true })
    const wire = await session()
    expect(await hand(wire)).toBe('250 2.0.0 got it')
    expect(await wire.reply()).toBe('closed')
    expect(upstream.messages).toHaveLength(1)
  })

  it('waits, then goes on', async () => {
    upstream.on('connect', { delay: 40 })
    upstream.on('message', { delay: 40, reply: '451 4.3.0 later' })
    const start = performance.now()
    const wire = await session()
    expect(performance.now() - start).toBeGreaterThanOrEqual(39)
    expect(await hand(wire)).toBe('451 4.3.0 later')
    expect(performance.now() - start).toBeGreaterThanOrEqual(78)
  })

  it('asks rules in the order they were given, until they are spent or taken away', async () => {
    upstream.on('mail', { reply: '451 one' }, { times: 1 })
    const remove = upstream.on('mail', { reply: '452 two' })
    upstream.on('mail', { reply: '550 three' })
    const wire = await session()
    expect(await wire.codes('MAIL FROM:<>', 'MAIL FROM:<>')).toEqual(['451', '452'])
    remove()
    expect(await wire.codes('MAIL FROM:<>')).toEqual(['550'])
    upstream.reset()
    expect(await wire.codes('MAIL FROM:<>')).toEqual(['250'])
  })
})

describe('a rule for a command that is not offered', () => {
  const jim = Buffer.from('\0jim\0whatever').toString('base64')

  it('has AUTH offered, refuses as it says, and lets in whom it does not refuse', async () => {
    expect(await (await session()).say(`AUTH PLAIN ${jim}`)).toMatch(/^500/)
    upstream.on('auth', { reply: '454 4.7.0 not now' }, { times: 1 })
    const wire = dial()
    await wire.reply()
    expect(await wire.say('EHLO mx.example.com')).toContain('|250-AUTH PLAIN LOGIN CRAM-MD5|')
    expect(await wire.say(`AUTH PLAIN ${jim}`)).toBe('454 4.7.0 not now')
    expect(await wire.codes(`AUTH PLAIN ${jim}`)).toEqual(['235'])
    await hand(wire)
    expect((await upstream.next()).user).toBe('jim')
  })

  it('has STARTTLS offered, and refuses it where there is no TLS', async () => {
    const remove = upstream.on('starttls', { reply: '502 5.5.1 never' }, { times: 1 })
    const wire = dial()
    await wire.reply()
    expect(await wire.say('EHLO mx.example.com')).toContain('|250-STARTTLS|')
    expect(await wire.say('STARTTLS')).toBe('502 5.5.1 never')
    expect(await wire.say('STARTTLS')).toBe('454 4.7.0 TLS not available due to temporary reason')
    remove()
    expect(await wire.say('EHLO mx.example.com')).not.toContain('STARTTLS')
    expect(await wire.say('STARTTLS')).toMatch(/^500/)
  })

  it('has it offered until the upstream is reset', async () => {
    upstream.on('auth', { reply: '535 5.7.8 no' })
    upstream.reset()
    expect(await (await session()).say(`AUTH PLAIN ${jim}`)).toMatch(/^500/)
  })
})

describe('a port where TLS comes first', () => {
  let door: UpstreamListener
  beforeEach(async () => {
    door = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
    door.register('*', upstream, { port: 465, implicit: true })
  })
  afterEach(() => door.close())

  const over = () =>
    nodemailer.createTransport({
      host: '127.0.0.1',
      port: door.port,
      secure: true,
      auth: { user: 'jim', pass: 'secret' },
      tls: { ca: authority.certificate, servername: 'up.rig.test' },
    })
  const mail = { from: 'a@a.example', to: 'b@b.example', subject: 'hello', text: 'x' }

  it('takes mail over TLS, without STARTTLS', async () => {
    upstream.auth = { accounts: { jim: 'secret' } }
    await over().sendMail(mail)
    const { tls, user } = await upstream.next()
    expect({ tls, user }).toMatchObject({ tls: { protocol: 'TLSv1.3', servername: 'up.rig.test' }, user: 'jim' })
    const [attempt] = upstream.attempts
    expect(attempt?.port).toBe(465)
    expect(attempt?.transcript).not.toContain('STARTTLS')
  })

  it('shows the certificate of the moment', async () => {
    upstream.certificate = await authority.issue({ names: ['other.rig.test'] })
    await expect(over().sendMail(mail)).rejects.toThrow(/altnames|Hostname/)
    expect(upstream.messages).toEqual([])
  })

  it('greets nobody in clear text', async () => {
    const socket = connect(door.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (data: Buffer) => {
      heard += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.write('EHLO mx.example.com\r\n')
    await once(socket, 'close')
    expect(heard).not.toMatch(/\d{3}/)
  })
})

it('knows logins from the start, and again after a reset', async () => {
  const login = { accounts: { office: 'secret' } }
  const knowing = new Upstream({ name: 'isp', host: 'isp.rig.test', auth: login })
  knowing.auth = undefined
  knowing.reset()
  expect(knowing.auth).toEqual(login)
})

describe('upstream settings', () => {
  it('announce what they say', async () => {
    upstream.tls = 'offered'
    upstream.sizeLimit = 2000
    upstream.auth = { accounts: { jim: 'secret' } }
    upstream.keywords = { hide: ['smtputf8', 'AUTH'], add: ['CHUNKING', 'X-RIG 1'] }
    const wire = dial()
    expect(await wire.reply()).toBe('220 up.rig.test ESMTP')
    expect(await wire.say('EHLO mx.example.com')).toBe(
      '250-up.rig.test greets [127.0.0.1]|250-PIPELINING|250-8BITMIME|250-ENHANCEDSTATUSCODES|250-DSN|250-STARTTLS|250-SIZE 2000|250-CHUNKING|250 X-RIG 1',
    )
  })

  it('limit the size, declared or not', async () => {
    upstream.sizeLimit = 20
    const wire = await session()
    expect(await wire.say('MAIL FROM:<> SIZE=21')).toMatch(/^552 5\.3\.4 /)
    expect(await hand(wire, `${'x'.repeat(19)}\r\n.`)).toMatch(/^552 5\.3\.4 .*21 octets/)
    expect(await hand(wire, `..${'x'.repeat(17)}\r\n.`)).toMatch(/^250/)
    expect(upstream.messages.map(({ content }) => content.length)).toEqual([20])
    upstream.sizeLimit = '1K'
    expect(upstream.sizeLimit).toBe(1024)
    expect(() => {
      upstream.sizeLimit = '1KB'
    }).toThrow('sizeLimit: "1KB" is not a size')
  })

  it('offer TLS, verified by a client who trusts the authority', async () => {
    upstream.tls = 'offered'
    const wire = await session()
    expect(await wire.say('STARTTLS')).toMatch(/^220/)
    expect(await wire.startTls()).toBe('TLSv1.3')
    expect(await wire.codes('MAIL FROM:<>', 'EHLO mx.example.com')).toEqual(['503', '250'])
    await hand(wire)
    expect((await upstream.next()).tls).toEqual({
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      servername: 'up.rig.test',
      resumed: false,
    })
    upstream.on('mail', { drop: 'reset' })
    expect(await wire.say('MAIL FROM:<>')).toBe('ECONNRESET')
  })

  it('show another certificate when told to', async () => {
    upstream.certificate = await authority.issue({ names: ['other.rig.test'] })
    upstream.tls = 'offered'
    const wire = await session()
    await wire.say('STARTTLS')
    await expect(wire.startTls()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('offer TLS with a certificate of the kind that is asked for', async () => {
    const asked: unknown[] = []
    const issue = async (flaw?: Flaw) => {
      asked.push(flaw)
      return authority.issue({ names: ['issued.rig.test'] })
    }
    const own = new Upstream({ name: 'own', host: 'issued.rig.test', issue })
    await own.offerTls()
    expect(own.tls).toBe('offered')
    await own.offerTls({ certificate: 'expired', policy: 'required' })
    expect(own.tls).toBe('required')
    expect(asked).toEqual([undefined, 'expired'])
    own.reset()
    expect(own.tls).toBe('none')
    await expect(new Upstream({ name: 'bare', host: 'bare.rig.test' }).offerTls()).rejects.toThrow(/has no certificate/)
  })

  it('require TLS', async () => {
    upstream.tls = 'required'
    upstream.auth = { accounts: { jim: 'secret' }, required: false }
    const wire = await session()
    expect(await wire.say('MAIL FROM:<>')).toBe('530 5.7.0 Must issue a STARTTLS command first')
    expect(await wire.codes('AUTH PLAIN', 'NOOP', 'QUIT')).toEqual(['530', '250', '221'])
  })

  it('offer no TLS unless told to, and none without a certificate', async () => {
    const wire = await session()
    expect(await wire.say('STARTTLS')).toMatch(/^500/)
    expect(() => {
      new Upstream({ name: 'bare', host: 'bare.rig.test' }).tls = 'offered'
    }).toThrow(InputError)
  })

  it('require AUTH', async () => {
    upstream.auth = { accounts: { jim: 'secret' } }
    const wire = await session()
    expect(await wire.say('MAIL FROM:<>')).toMatch(/^530 5\.7\.0/)
    const token = (password: string) => Buffer.from(`\0jim\0${password}`).toString('base64')
    expect(await wire.say(`AUTH PLAIN ${token('wrong')}`)).toMatch(/^535 5\.7\.8/)
    expect(await wire.codes('AUTH PLAIN', token('secret'))).toEqual(['334', '235'])
    await hand(wire)
    expect((await upstream.next()).user).toBe('jim')
  })
})

describe('a session that a client keeps open', () => {
  it('ends when the upstream is reset', async () => {
    const wire = await session()
    await hand(wire)
    upstream.reset()
    expect(await wire.reply()).toMatch(/^421 4\.3\.2 up\.rig\.test closes the connection/)
    expect(await wire.reply()).toBe('closed')
  })

  it('ends after the message under way, whose reply still comes', async () => {
    const wire = await session()
    await wire.codes(...ENVELOPE)
    upstream.reset()
    expect(await wire.say(MESSAGE)).toMatch(/^250 /)
    expect(await wire.reply()).toMatch(/^421 /)
    expect(await wire.reply()).toBe('closed')
    expect(upstream.messages, 'taken, as it was said').toHaveLength(1)
  })

  it('ends after its first message when nothing has come yet', async () => {
    const wire = await session()
    upstream.endSessions()
    expect(await hand(wire)).toMatch(/^250 /)
    expect(await wire.reply()).toMatch(/^421 /)
  })

  it.each<[string, () => unknown]>([
    ['TLS', () => upstream.offerTls()],
    [
      'the certificate',
      () => {
        upstream.certificate = certificate
      },
    ],
    [
      'AUTH',
      () => {
        upstream.auth = { accounts: { jim: 'secret' } }
      },
    ],
    [
      'the size limit',
      () => {
        upstream.sizeLimit = 5_000
      },
    ],
    [
      'the keywords',
      () => {
        upstream.keywords = {}
      },
    ],
    ['a rule for the greeting', () => upstream.on('connect', { reply: '421 4.3.2 later' })],
    ['a rule for STARTTLS', () => upstream.on('starttls', { reply: '454 4.7.0 later' })],
  ])('ends when a client has to hear of a change: %s', async (_what, change) => {
    const wire = await session()
    await hand(wire)
    await change()
    expect(await wire.reply()).toMatch(/^421 /)
  })

  it('goes on with what holds from the next command', async () => {
    const wire = await session()
    await hand(wire)
    upstream.on('mail', { reply: '451 4.3.0 later' })
    expect(await wire.codes('MAIL FROM:<jim@example.com>')).toEqual(['451'])
  })

  it('goes on where a message is under way', async () => {
    const wire = await session()
    await wire.codes(...ENVELOPE)
    await upstream.offerTls()
    expect(await wire.codes(MESSAGE, 'RSET')).toEqual(['250', '250'])
  })
})

describe('down', () => {
  it('resets whoever comes and whoever is there, until up', async () => {
    const wire = await session()
    upstream.down()
    expect(await wire.reply()).toBe('ECONNRESET')
    expect(await dial().reply()).toBe('ECONNRESET')
    upstream.up()
    expect(await dial().reply()).toMatch(/^220/)
    expect(upstream.attempts.map(({ end }) => end)).toEqual([
      'reset, for the upstream went down',
      'reset at once, for the upstream is down',
      undefined,
    ])
  })
})

describe('upstream.next', () => {
  it('gives each message out once, to those who wait in turn', async () => {
    const first = upstream.next()
    const subject = upstream.next({ subject: /^he/, to: 'marc@CLIENT.example' })
    const wire = await session()
    await hand(wire)
    await hand(wire, 'Subject: other\r\n\r\n.')
    await hand(wire)
    await hand(wire)
    expect(await first).toBe(upstream.messages[0])
    expect(await subject).toBe(upstream.messages[2])
    expect(await upstream.next(({ from }) => from === 'jim@example.com')).toBe(upstream.messages[1])
    expect(await upstream.next({ messageId: '1@example.com' })).toBe(upstream.messages[3])
    upstream.clear()
    expect([upstream.messages, upstream.attempts]).toEqual([[], []])
  })

  it('ends, and names what it waited for and what came instead', async () => {
    const wire = await session()
    await hand(wire)
    const error = await upstream.next({ to: 'petra@client.example' }, { timeoutMs: 20 }).catch((reason) => reason)
    expect(error).toBeInstanceOf(WaitError)
    expect(error.message.replace(/upstream-\d+/, 'upstream-N')).toMatchInlineSnapshot(`
      "waited 20 ms for upstream "upstream" to be handed a message with to "petra@client.example"
        not meant: from <jim@example.com> to <marc@client.example>, Message-ID <1@example.com>, "hello"
        1 connection(s), the latest:
          S: 220 up.rig.test ESMTP
          C: EHLO mx.example.com
          S: 250-up.rig.test greets [127.0.0.1]
          S: 250-PIPELINING
          S: 250-8BITMIME
          S: 250-SMTPUTF8
          S: 250-ENHANCEDSTATUSCODES
          S: 250-DSN
          S: 250 SIZE 52428800
          C: MAIL FROM:<jim@example.com>
          S: 250 2.1.0 Accepted
          C: RCPT TO:<marc@client.example>
          S: 250 2.1.5 Accepted
          C: DATA
          S: 354 End data with <CR><LF>.<CR><LF>
          C: <54 octets of mail data>
          S: 250 2.6.0 Ok: queued as upstream-N"
    `)
  })

  it('ends with a signal, with the upstream, and with a predicate that throws', async () => {
    const gone = new Error('the server ended')
    await expect(upstream.next({}, { signal: AbortSignal.abort(gone) })).rejects.toBe(gone)
    const thrown = expect(
      upstream.next(() => {
        throw gone
      }),
    ).rejects.toBe(gone)
    const wire = await session()
    expect(await hand(wire)).toMatch(/^250/)
    await thrown
    const wait = expect(upstream.next({ from: 'x@y.example' })).rejects.toThrow('was closed')
    upstream.close()
    await wait
  })
})

describe('an upstream by LMTP', () => {
  /** One that takes a message for anna, and not for berta. */
  async function lmtp(): Promise<Wire> {
    await listener.close()
    listener = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
    listener.register('*', upstream, { port: 24, implicit: false, lmtp: true })
    const wire = dial()
    await wire.reply()
    return wire
  }
  const TWO = ['MAIL FROM:<jim@example.com>', 'RCPT TO:<anna@b.example>', 'RCPT TO:<berta@b.example>', 'DATA']

  it('is greeted by LHLO, and by nothing else', async () => {
    const wire = await lmtp()
    expect(await wire.codes('EHLO a.example', 'HELO a.example', 'LHLO a.example')).toEqual(['500', '500', '250'])
  })

  it('answers for each recipient, and keeps the message for those it took', async () => {
    const wire = await lmtp()
    upstream.on('message', { reply: '452 4.2.2 full' }, { when: ({ recipient }) => recipient === 'berta@b.example' })
    await wire.codes('LHLO a.example', ...TWO)
    expect(await wire.say(MESSAGE)).toMatch(/^250 .*<anna@b\.example> Ok/)
    expect(await wire.reply()).toBe('452 4.2.2 full')
    expect(upstream.messages.map(({ to }) => to)).toEqual([['anna@b.example']])
    expect((await wire.say('QUIT')).slice(0, 3)).toBe('221')
  })

  it('keeps it for those it took before the connection broke', async () => {
    const wire = await lmtp()
    upstream.on('message', { drop: true }, { when: ({ recipient }) => recipient === 'berta@b.example' })
    await wire.codes('LHLO a.example', ...TWO)
    expect((await wire.say(MESSAGE)).slice(0, 3)).toBe('250')
    expect(await wire.reply()).toBe('closed')
    expect((await upstream.next()).to).toEqual(['anna@b.example'])
  })

  it('refuses a message for all as one that it did not take', async () => {
    const wire = await lmtp()
    upstream.on('message', { reply: '550 5.2.1 closed' })
    await wire.codes('LHLO a.example', ...TWO)
    expect([await wire.say(MESSAGE), await wire.reply()]).toEqual(['550 5.2.1 closed', '550 5.2.1 closed'])
    expect(upstream.messages).toEqual([])
    expect(upstream.attempts[0]?.refused).toHaveLength(1)
  })
})

describe('startUpstreamListener', () => {
  it('serves each client with the upstream of its rig, and resets strangers', async () => {
    const shared = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
    const one = new Upstream({ name: 'one', host: 'one.rig.test' })
    const two = new Upstream({ name: 'two', host: 'two.rig.test' })
    const unregister = shared.register(['127.0.0.2'], one)
    shared.register(['127.0.0.3'], two)
    expect(() => shared.register(['127.0.0.2'], two)).toThrow('serves 127.0.0.2 with "one" already')
    const greeting = (from: string) => {
      const socket = connect({ port: shared.port, host: '127.0.0.1', localAddress: from })
      open.push(socket)
      return new Wire(socket).reply()
    }
    expect(await greeting('127.0.0.2')).toBe('220 one.rig.test ESMTP')
    expect(await greeting('127.0.0.3')).toBe('220 two.rig.test ESMTP')
    expect(await greeting('127.0.0.4')).toBe('ECONNRESET')
    unregister()
    expect(await greeting('127.0.0.2')).toBe('ECONNRESET')
    expect(shared.strangers.map(({ address }) => address)).toEqual(['127.0.0.4', '127.0.0.2'])
    await shared.close()
  })

  it('says why it cannot listen', async () => {
    await expect(startUpstreamListener({ address: '127.0.0.1', port: listener.port })).rejects.toThrow(
      'another process listens there (EADDRINUSE)',
    )
  })
})
