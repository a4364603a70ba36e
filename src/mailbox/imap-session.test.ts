import { describe, expect, it } from 'vitest'
import { answering, scriptedPeer } from '../session/scripted-peer.ts'
import { openImapSession } from './imap-session.ts'

const GREETING = '* OK [CAPABILITY IMAP4rev1] ready\r\n'

const server = (answers: Record<string, string>, greeting = GREETING) =>
  scriptedPeer(answering(greeting, (line) => answers[line]))

describe('ImapSession', () => {
  it('gives status, response code, text and what came before', async () => {
    await using peer = await server({
      'a1 CAPABILITY': '* CAPABILITY IMAP4rev1 auth=PLAIN\r\na1 OK done\r\n',
      'a2 LOGIN "a\\"b" "x\\\\y"': 'a2 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n',
      'a3 SELECT Nope': '* OK [CLOSED] before\r\na3 BAD\r\n',
    })
    await using session = await openImapSession(peer.endpoint)
    expect(session.greeting).toBe('OK [CAPABILITY IMAP4rev1] ready')
    expect(await session.capability()).toEqual(new Set(['IMAP4REV1', 'AUTH=PLAIN']))
    expect(await session.login({ user: 'a"b', password: 'x\\y' })).toEqual({
      status: 'NO',
      code: 'AUTHENTICATIONFAILED',
      text: 'Authentication failed.',
      untagged: [],
    })
    expect(session.formatted).not.toContain('x\\y')
    expect(await session.command('SELECT Nope')).toEqual({ status: 'BAD', text: '', untagged: ['OK [CLOSED] before'] })
  })

  it('takes a literal as part of its line, however it comes, and whatever it looks like', async () => {
    const response = '* 1 FETCH (BODY[] {15}\r\nFrom: x\r\na1 OK\r FLAGS ())\r\na1 OK done\r\n'
    await using peer = await scriptedPeer((socket) => {
      socket.write(GREETING)
      socket.once('data', () => {
        let sent = Promise.resolve()
        for (const octet of response) {
          sent = sent.then(() => new Promise((written) => void socket.write(octet, () => written())))
        }
      })
    })
    await using session = await openImapSession(peer.endpoint)
    expect((await session.command('FETCH 1 BODY[]')).untagged).toEqual([
      '1 FETCH (BODY[] {15}\r\nFrom: x\r\na1 OK\r FLAGS ())',
    ])
  })

  it('answers a challenge with what the mechanism says', async () => {
    const answer = Buffer.from('\0jim\0secret').toString('base64')
    await using peer = await server({ 'a1 AUTHENTICATE PLAIN': '+ \r\n', [answer]: 'a1 OK in\r\n' })
    await using session = await openImapSession(peer.endpoint)
    expect(await session.authenticate('PLAIN', { user: 'jim', password: 'secret' })).toMatchObject({ status: 'OK' })
    expect(session.formatted).toContain('C: a1 AUTHENTICATE PLAIN')
    expect(session.formatted).not.toContain(answer)
  })

  it('tells what comes while it idles', async () => {
    await using peer = await server({ 'a1 IDLE': '+ idling\r\n* 1 EXISTS\r\n', DONE: '* 2 EXISTS\r\na1 OK done\r\n' })
    await using session = await openImapSession(peer.endpoint)
    const idling = await session.idle()
    expect(await idling.next()).toBe('1 EXISTS')
    expect(await idling.done()).toMatchObject({ status: 'OK', untagged: ['2 EXISTS'] })
  })

  it('ends a wait when the server goes, and says what for', async () => {
    await using peer = await scriptedPeer((socket) => {
      socket.write(GREETING)
      socket.once('data', () => socket.end())
    })
    await using session = await openImapSession(peer.endpoint)
    await expect(session.command('NOOP')).rejects.toThrow('the answer to NOOP')
  })

  it('believes no greeting that is a farewell, and no octets between STARTTLS and the handshake', async () => {
    await using away = await server({}, '* BYE too many\r\n')
    await expect(openImapSession(away.endpoint)).rejects.toMatchObject({ answer: '* BYE too many' })
    await using peer = await server({ 'a1 STARTTLS': 'a1 OK begin\r\n* OK injected\r\n' })
    await using session = await openImapSession(peer.endpoint)
    await expect(session.startTls()).rejects.toThrow('Expected nothing between the answer to STARTTLS')
  })
})
