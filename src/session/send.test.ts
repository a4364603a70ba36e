import { describe, expect, it } from 'vitest'
import { answering, scriptedPeer } from './scripted-peer.ts'
import { SendRefusedError, sendMessage } from './send.ts'

/** Answers by the first word that fits; takes a message from DATA to the dot. */
function mta(replies: Record<string, string>) {
  return answering('220 hi\r\n', (line, socket) => {
    const key = Object.keys(replies).find((word) => line.startsWith(word))
    if (line === 'QUIT') {
      socket.end('221 bye\r\n')
      return undefined
    }
    if (key !== undefined) return replies[key]
    if (line === 'DATA') return '354 go\r\n'
    if (line === '.') return '250 2.0.0 queued\r\n'
    return /^(?:HELO|MAIL|RCPT)/.test(line) ? '250 ok\r\n' : undefined
  })
}

const EHLO = '250-hi\r\n250 PIPELINING\r\n'

describe('sendMessage', () => {
  it.each([
    ['in groups where PIPELINING is offered', EHLO],
    ['in turn where it is not', '250 hi\r\n'],
    ['after HELO where EHLO is refused', '502 no\r\n'],
  ])('sends %s', async (_how, ehlo) => {
    await using peer = await scriptedPeer(mta({ EHLO: ehlo, 'RCPT TO:<no@': '550 5.1.1 no\r\n' }))
    const sent = await sendMessage({
      endpoint: peer.endpoint,
      to: ['jim@example.com', 'no@example.com'],
      text: '.dot\n',
    })
    expect(sent.accepted).toEqual(['jim@example.com'])
    expect(sent.rejected).toMatchObject([{ address: 'no@example.com', reply: { enhanced: '5.1.1' } }])
    expect(sent.replies.end?.text).toBe('2.0.0 queued')
    expect(sent.content.toString()).toContain('\r\n.dot\r\n')
    expect(peer.received).toContain('\r\n..dot\r\n.\r\n')
    expect(peer.received).toContain(`Message-ID: <${sent.messageId}>`)
  })

  it('sends an empty message when 354 comes with no recipient', async () => {
    await using peer = await scriptedPeer(mta({ EHLO, RCPT: '550 no\r\n', '.': '554 none\r\n' }))
    const sent = await sendMessage({ endpoint: peer.endpoint, to: 'no@example.com', expectRefusal: true })
    expect(sent.accepted).toEqual([])
    expect(sent.rejected).toMatchObject([{ address: 'no@example.com', reply: { code: 550 } }])
    expect(peer.received).toMatch(/DATA\r\n\.\r\n/)
    expect(peer.received).not.toContain('Message-ID')
  })

  it.each<[string, Record<string, string>, string]>([
    ['the sender', { EHLO, MAIL: '553 5.1.8 no\r\n', RCPT: '503 no\r\n', DATA: '503 no\r\n' }, '553 5.1.8 no'],
    ['a recipient', { EHLO, RCPT: '550 5.1.1 no\r\n', DATA: '554 none\r\n' }, '550 5.1.1 no'],
    ['the message', { EHLO, '.': '552 5.3.4 big\r\n' }, '552 5.3.4 big'],
    ['the greeting', { EHLO: '421 busy\r\n' }, '421 busy'],
  ])('throws when %s is refused', async (step, replies, reply) => {
    await using peer = await scriptedPeer(mta(replies))
    const sending = sendMessage({ endpoint: peer.endpoint, to: 'jim@example.com' })
    await expect(sending).rejects.toBeInstanceOf(SendRefusedError)
    await expect(sending).rejects.toThrow(`Expected the server to accept ${step}, but it said: ${reply}\n`)
  })

  it('blames a refused message, and not its recipients', async () => {
    await using peer = await scriptedPeer(mta({ EHLO, '.': '552 5.3.4 big\r\n' }))
    const sent = await sendMessage({ endpoint: peer.endpoint, to: 'jim@example.com', expectRefusal: true })
    expect(sent.rejected).toMatchObject([{ address: 'jim@example.com', reply: { code: 552 } }])
  })

  it('sends a message ready made, and finds its Message-ID', async () => {
    await using peer = await scriptedPeer(mta({ EHLO }))
    const content = 'Subject: ready\nMessage-ID:\n <ready@made.example>\n\nbody\n'
    const sent = await sendMessage({ endpoint: peer.endpoint, to: 'jim@example.com', content })
    expect(sent.messageId).toBe('ready@made.example')
    expect(peer.received).toContain(
      'DATA\r\nSubject: ready\r\nMessage-ID:\r\n <ready@made.example>\r\n\r\nbody\r\n.\r\n',
    )
  })

  it('asks for a recipient', async () => {
    await using peer = await scriptedPeer(mta({ EHLO }))
    await expect(sendMessage({ endpoint: peer.endpoint })).rejects.toThrow('needs a recipient')
  })
})
