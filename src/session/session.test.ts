import { describe, expect, it } from 'vitest'
import { createAuthority } from '../tls/authority.ts'
import { answering, scriptedPeer, secure } from './scripted-peer.ts'
import { openSession } from './session.ts'

const OK = '250 2.0.0 Ok\r\n'
const ok = answering('220 peer.example ESMTP\r\n', () => OK)

describe('openSession', () => {
  it('resolves with the greeting', async () => {
    await using peer = await scriptedPeer(answering('220-peer.example\r\n220 ready\r\n', () => OK))
    await using session = await openSession(peer.endpoint)
    expect(session.greeting).toMatchObject({ code: 220, text: 'peer.example\nready' })
  })

  it('says what refused to connect', async () => {
    const peer = await scriptedPeer(ok)
    await peer[Symbol.asyncDispose]()
    await expect(openSession(peer.endpoint)).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining(`127.0.0.1:${peer.endpoint.port}`),
    })
  })

  it('ends when no greeting comes', async () => {
    await using peer = await scriptedPeer(() => {})
    await expect(openSession({ ...peer.endpoint, timeoutMs: 30 })).rejects.toThrow(/ms for the greeting, which did not/)
  })

  it('does not wait for the greeting when told so', async () => {
    await using peer = await scriptedPeer((socket) => socket.once('data', () => socket.write('554 early talker\r\n')))
    await using session = await openSession({ ...peer.endpoint, awaitGreeting: false })
    expect(() => session.greeting).toThrow('The greeting has not come yet.')
    session.write('EHLO client.example\r\n')
    expect((await session.reply()).code).toBe(554)
    expect(session.greeting.code).toBe(554)
  })

  it('comes from the address it is told to', async () => {
    const from: (string | undefined)[] = []
    await using peer = await scriptedPeer((socket) => {
      from.push(socket.remoteAddress)
      socket.write('220 hi\r\n')
    })
    await using session = await openSession({ ...peer.endpoint, localAddress: '127.0.0.9' })
    expect(from).toEqual(['127.0.0.9'])
    expect(session.local.address).toBe('127.0.0.9')
  })
})

describe('dialogue', () => {
  it('hands each reply to the command it answers', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', (line) => `250 ${line}\r\n`))
    await using session = await openSession(peer.endpoint)
    const together = await Promise.all([session.command('one'), session.command('two')])
    const piped = await session.pipeline(['three', 'four', 'five'])
    expect([...together, ...piped].map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five'])
    expect(peer.received).toBe('one\r\ntwo\r\nthree\r\nfour\r\nfive\r\n')
  })

  it('reads the extensions offered', async () => {
    await using peer = await scriptedPeer(
      answering('220 hi\r\n', () => '250-hi\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n'),
    )
    await using session = await openSession({ ...peer.endpoint, protocol: 'lmtp' })
    const { keywords } = await session.ehlo()
    expect(keywords.get('AUTH')).toEqual(['PLAIN', 'LOGIN'])
    expect(peer.received).toBe('LHLO client.example\r\n')
  })

  it('doubles dots in a message, and gives it raw when told so', async () => {
    const answer = (line: string) => (line === 'DATA' ? '354 go\r\n' : line === '.' ? OK : undefined)
    await using peer = await scriptedPeer(answering('220 hi\r\n', answer))
    await using session = await openSession(peer.endpoint)
    await session.data('a\n.b\n')
    await session.data('.\r\n', { raw: true })
    expect(peer.received).toBe('DATA\r\na\r\n..b\r\n.\r\nDATA\r\n.\r\n')
  })

  it('returns the reply that refuses DATA', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', () => '554 5.5.1 no\r\n'))
    await using session = await openSession(peer.endpoint)
    expect(await session.data('text')).toMatchObject({ code: 554, enhanced: '5.5.1' })
    expect(peer.received).toBe('DATA\r\n')
  })

  it('reads one LMTP reply for each recipient accepted', async () => {
    const replies: Record<string, string> = {
      'RCPT TO:<b@b.example>': '550 no\r\n',
      DATA: '354 go\r\n',
      '.': '250 first\r\n452 second\r\n',
      text: '',
    }
    await using peer = await scriptedPeer(answering('220 hi\r\n', (line) => replies[line] ?? OK))
    await using session = await openSession({ ...peer.endpoint, protocol: 'lmtp' })
    await session.mailFrom('a@b.example')
    for (const name of ['a', 'b', 'c']) await session.rcptTo(`${name}@b.example`)
    expect((await session.dataLmtp('text')).map(({ code }) => code)).toEqual([250, 452])
  })

  it('sends a BDAT chunk with its command', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', () => OK))
    await using session = await openSession(peer.endpoint)
    await session.bdat('a\r\n', { last: true })
    expect(peer.received).toBe('BDAT 3 LAST\r\na\r\n')
  })

  it('logs in by PLAIN and LOGIN and shows no secret', async () => {
    const answer = (line: string) => (/^AUTH LOGIN|^amlt$/.test(line) ? '334 more\r\n' : '235 in\r\n')
    await using peer = await scriptedPeer(answering('220 hi\r\n', answer))
    await using session = await openSession(peer.endpoint)
    expect((await session.auth({ user: 'jim', password: 'secret' })).code).toBe(235)
    expect((await session.auth({ mechanism: 'LOGIN', user: 'jim', password: 'secret' })).code).toBe(235)
    expect(peer.received).toBe('AUTH PLAIN AGppbQBzZWNyZXQ=\r\nAUTH LOGIN\r\namlt\r\nc2VjcmV0\r\n')
    expect(session.formatted).not.toMatch(/AGpp|amlt|c2Vj/)
  })

  it('lets several sessions run side by side', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', (line) => `250 ${line}\r\n`))
    const texts = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        await using session = await openSession({ ...peer.endpoint, name })
        return (await session.command(`NOOP ${name}`)).text
      }),
    )
    expect(texts).toEqual(['NOOP a', 'NOOP b', 'NOOP c'])
  })

  it('shows lines live', async () => {
    await using peer = await scriptedPeer(ok)
    const lines: string[] = []
    await using session = await openSession({ ...peer.endpoint, name: 'one', onLine: (line) => lines.push(line) })
    await session.command('NOOP')
    expect(lines.map((line) => line.replace(/[\d.]+ ms/, 'ms').replace(/ +/g, ' '))).toEqual([
      'one ms S: 220 peer.example ESMTP',
      'one ms C: NOOP',
      'one ms S: 250 2.0.0 Ok',
    ])
  })
})

describe('ends', () => {
  it('names a reply that does not come, with the transcript, and goes on', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', (line) => (line === 'SLOW' ? undefined : OK)))
    await using session = await openSession(peer.endpoint)
    const slow = session.command('SLOW', { timeoutMs: 30 })
    await expect(slow).rejects.toMatchObject({
      code: 'WAIT_ENDED',
      message: expect.stringMatching(/the reply to SLOW/),
    })
    await expect(slow).rejects.toThrow('S: 220 hi')
    expect((await session.command('NOOP')).code).toBe(250)
  })

  it('rejects at once when the server closes, and says how', async () => {
    await using peer = await scriptedPeer(
      answering('220 hi\r\n', (_line, socket) => {
        socket.end('421 4.3.2 going\r\n')
        return undefined
      }),
    )
    await using session = await openSession(peer.endpoint)
    const [first, second] = await Promise.allSettled([session.command('NOOP'), session.command('RSET')])
    expect(first).toMatchObject({ status: 'fulfilled', value: { code: 421 } })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'SESSION_ENDED', end: { how: 'FIN' } } })
    await expect(session.command('NOOP')).rejects.toThrow('the server closed the connection (FIN)')
  })

  it('gives a 421 that came unasked to the next command', async () => {
    await using peer = await scriptedPeer((socket) => socket.end('220 hi\r\n421 idle\r\n'))
    await using session = await openSession(peer.endpoint)
    expect((await session.closed()).how).toBe('FIN')
    expect((await session.command('NOOP')).code).toBe(421)
  })

  it('tells a reset from a close', async () => {
    await using peer = await scriptedPeer(
      answering('220 hi\r\n', (_line, socket) => {
        socket.resetAndDestroy()
        return undefined
      }),
    )
    await using session = await openSession(peer.endpoint)
    const closed = session.closed()
    await expect(session.command('NOOP')).rejects.toThrow('the server reset the connection (RST)')
    expect((await closed).how).toBe('RST')
  })

  it('goes on reading after its own FIN', async () => {
    await using peer = await scriptedPeer((socket) => {
      socket.write('220 hi\r\n')
      socket.on('end', () => socket.end('451 half a session\r\n'))
      socket.resume()
    })
    await using session = await openSession(peer.endpoint)
    session.halfClose()
    expect((await session.reply()).code).toBe(451)
    expect((await session.closed()).how).toBe('FIN')
  })

  it('knows silence', async () => {
    await using peer = await scriptedPeer(ok)
    await using session = await openSession(peer.endpoint)
    await session.silence(20)
    const broken = session.silence(1000)
    session.write('NOOP\r\n')
    await expect(broken).rejects.toThrow('Expected silence for 1000 ms, but came: 250 2.0.0 Ok')
    await expect(session.silence(1000)).rejects.toThrow('250 2.0.0 Ok')
  })

  it('waits for the close after QUIT', async () => {
    await using peer = await scriptedPeer(
      answering('220 hi\r\n', (_line, socket) => {
        socket.end('221 bye\r\n')
        return undefined
      }),
    )
    await using session = await openSession(peer.endpoint)
    expect((await session.quit()).code).toBe(221)
    expect(session.end?.how).toBe('FIN')
  })

  it('ends at a reply that never ends', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', () => '250-more\r\n'.repeat(100)))
    await using session = await openSession({ ...peer.endpoint, limits: { maxReply: 500 } })
    await expect(session.command('NOOP')).rejects.toThrow('Expected a reply of at most 500 octets a reply')
  })
})

describe('STARTTLS', async () => {
  const authority = await createAuthority()
  const certificate = await authority.issue({ names: ['peer.example'] })
  const offering = (go: string) =>
    answering('220 hi\r\n', (line, socket) => {
      if (line !== 'STARTTLS') return OK
      socket.write(go)
      secure(socket, certificate, (inside) => `250 inside ${inside}\r\n`)
      return undefined
    })

  it('goes on in TLS with a verified certificate', async () => {
    await using peer = await scriptedPeer(offering('220 go\r\n'))
    await using session = await openSession(peer.endpoint)
    expect((await session.startTls({ ca: authority.certificate, servername: 'peer.example' })).code).toBe(220)
    expect(session.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true })
    expect((await session.command('NOOP')).text).toBe('inside NOOP')
    expect(session.formatted).toMatch(/-- TLS: TLSv1.3 TLS_AES_\w+, certificate verified/)
  })

  it('refuses a certificate with another name', async () => {
    await using peer = await scriptedPeer(offering('220 go\r\n'))
    await using session = await openSession(peer.endpoint)
    const started = session.startTls({ ca: authority.certificate, servername: 'other.example' })
    await expect(started).rejects.toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringContaining('other.example'),
    })
    await expect(session.command('NOOP')).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })

  it('goes no further when octets came past the 220', async () => {
    await using peer = await scriptedPeer(offering('220 go\r\n250 forged\r\n'))
    await using session = await openSession(peer.endpoint)
    await expect(session.startTls()).rejects.toThrow('but came: 250 forged')
    expect(session.bufferedBeforeTls.toString()).toBe('250 forged\r\n')
  })

  it('goes on nevertheless when told so, and keeps them apart', async () => {
    await using peer = await scriptedPeer(offering('220 go\r\n250 forged\r\n25'))
    await using session = await openSession(peer.endpoint)
    await session.startTls({ allowBuffered: true })
    expect((await session.command('NOOP')).text).toBe('inside NOOP')
    expect(session.bufferedBeforeTls.toString()).toBe('250 forged\r\n25')
  })

  it('can send octets along with STARTTLS', async () => {
    await using peer = await scriptedPeer(answering('220 hi\r\n', () => '454 no\r\n'))
    await using session = await openSession(peer.endpoint)
    expect((await session.startTls({ inject: 'RSET\r\n' })).code).toBe(454)
    expect(peer.received).toBe('STARTTLS\r\nRSET\r\n')
  })
})
