import { describe, expect, it } from 'vitest'
import { answering, scriptedPeer } from '../session/scripted-peer.ts'
import { openPop3 } from './pop3.ts'

const GREETING = '+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n'

const maildrop = (answers: Record<string, string>) =>
  scriptedPeer(answering(GREETING, (line) => answers[line] ?? '-ERR no\r\n'))

describe('Pop3', () => {
  it('reads maildrop and messages', async () => {
    await using peer = await maildrop({
      STAT: '+OK 2 320\r\n',
      LIST: '+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n',
      UIDL: '+OK\r\n.\r\n',
      CAPA: '+OK\r\nTOP\r\nSASL PLAIN LOGIN\r\n.\r\n',
      'RETR 1': '+OK\r\nSubject: x\r\n\r\n..dot\r\n...\r\n.\r\n',
    })
    await using pop3 = await openPop3(peer.endpoint)
    expect(await pop3.stat()).toEqual({ messages: 2, octets: 320 })
    expect([...(await pop3.list())]).toEqual([
      [1, 120],
      [2, 200],
    ])
    expect((await pop3.uidl()).size).toBe(0)
    expect((await pop3.capa()).get('SASL')).toEqual(['PLAIN', 'LOGIN'])
    expect((await pop3.retr(1)).toString()).toBe('Subject: x\r\n\r\n.dot\r\n..\r\n')
  })

  it('finds the end of a response that comes octet by octet', async () => {
    await using peer = await scriptedPeer((socket) => {
      socket.write(GREETING)
      socket.on('data', () => {
        let delay = Promise.resolve()
        for (const octet of '+OK\r\na\r\n.b\r\n.\r\n') {
          delay = delay.then(() => new Promise((sent) => void socket.write(octet, () => sent())))
        }
      })
    })
    await using pop3 = await openPop3(peer.endpoint)
    expect((await pop3.retr(1)).toString()).toBe('a\r\nb\r\n')
  })

  it('logs in by APOP as RFC 1939 §7 has it', async () => {
    await using peer = await maildrop({ 'APOP mrose c4c9334bac560ecc979e58001b3e22fb': '+OK in\r\n' })
    await using pop3 = await openPop3(peer.endpoint)
    await pop3.apop({ user: 'mrose', password: 'tanstaaf' })
    expect(peer.received).toBe('APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n')
  })

  it('answers each challenge of a mechanism', async () => {
    const answers = {
      'AUTH LOGIN': '+ VXNlcm5hbWU6\r\n',
      amlt: '+ UGFzc3dvcmQ6\r\n',
      c2VjcmV0: '+OK in\r\n',
      STAT: '+OK 0 0\r\n',
    }
    await using peer = await maildrop(answers)
    await using pop3 = await openPop3(peer.endpoint)
    await pop3.auth('LOGIN', { user: 'jim', password: 'secret' })
    expect(await pop3.stat()).toEqual({ messages: 0, octets: 0 })
    expect(peer.received).toBe('AUTH LOGIN\r\namlt\r\nc2VjcmV0\r\nSTAT\r\n')
    expect(pop3.formatted).not.toContain('c2VjcmV0')
  })

  it('gives the server’s reason for a refusal', async () => {
    await using peer = await maildrop({ 'USER jim': '+OK\r\n', 'PASS bad': '-ERR [AUTH] no\r\n' })
    await using pop3 = await openPop3(peer.endpoint)
    await expect(pop3.login({ user: 'jim', password: 'bad' })).rejects.toThrow(
      'Expected to log in as jim, but the server said: [AUTH] no',
    )
    await expect(pop3.retr(9)).rejects.toMatchObject({ code: 'MAILBOX_COMMAND', answer: 'no' })
    expect(pop3.formatted).not.toContain('bad')
  })

  it('asks one thing after the other', async () => {
    await using peer = await maildrop({ STAT: '+OK 1 2\r\n', NOOP: '+OK\r\n', LIST: '+OK\r\n1 2\r\n.\r\n' })
    await using pop3 = await openPop3(peer.endpoint)
    const [stat, list] = await Promise.all([pop3.stat(), pop3.list(), pop3.noop()])
    expect([stat.messages, list.get(1)]).toEqual([1, 2])
  })

  it('ends with the connection', async () => {
    await using peer = await scriptedPeer(
      answering(GREETING, (_line, socket) => {
        socket.end()
        return undefined
      }),
    )
    await using pop3 = await openPop3(peer.endpoint)
    await expect(pop3.stat()).rejects.toThrow(
      'Waited for the answer to STAT, but the server closed the connection (FIN)',
    )
  })
})
