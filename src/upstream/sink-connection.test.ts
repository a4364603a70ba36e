import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startUpstreamListener, type UpstreamListener } from './listener.ts'
import type { CountedMessage } from './tally.ts'
import { Upstream } from './upstream.ts'

let listener: UpstreamListener
let upstream: Upstream
let counted: CountedMessage[]
const tally = {
  claims: (messageId: string) => messageId.startsWith('load.'),
  take: (message: CountedMessage) => counted.push(message) > 0,
}

beforeEach(async () => {
  counted = []
  listener = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
  upstream = new Upstream({ name: 'upstream', host: 'up.rig.test' })
  listener.register('*', upstream)
})
afterEach(async () => {
  upstream.close()
  await listener.close()
})

function open(): Socket {
  return connect({ port: listener.port, host: listener.address })
}

/** Everything the upstream says to these octets, given at once or in pieces of so many. */
async function answers(octets: string, piece = octets.length): Promise<string[]> {
  const socket = open()
  let said = ''
  socket.setEncoding('utf8').on('data', (data: string) => {
    said += data
  })
  await once(socket, 'data')
  for (let at = 0; at < octets.length; at += piece) {
    socket.write(octets.slice(at, at + piece))
    if (piece < octets.length) await new Promise((resolve) => setImmediate(resolve))
  }
  await once(socket, 'close')
  return said.replaceAll(/upstream-\d+/g, 'upstream-N').split('\r\n')
}

const message = (id: string, text = 'text') => `Subject: x\r\nMessage-ID: <${id}>\r\n\r\n${text}\r\n.\r\n`
const envelope = 'MAIL FROM:<a@b.example> SIZE=100\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@f.example>\r\nDATA\r\n'

const DIALOGUE = [
  'MAIL FROM:<early@b.example>',
  'HELO client.example',
  'EHLO client.example',
  'RCPT TO:<c@d.example>',
  'DATA',
  'MAIL FROM:',
  'MAIL FROM:<a@b.example> SIZE=99999999999',
  'MAIL FROM:<> SIZE=100 BODY=8BITMIME',
  'MAIL FROM:<a@b.example>',
  'RCPT TO:<>',
  'RCPT TO:<c@d.example>',
  'RSET',
  'NOOP',
  'NONSENSE',
  `${envelope}${message('load.1')}${envelope}${message('other')}QUIT`,
  '',
].join('\r\n')

it('answers as the other sessions do', async () => {
  const others = await answers(DIALOGUE)
  const off = upstream.tally(tally)
  expect(await answers(DIALOGUE)).toEqual(others)
  expect(counted).toEqual([{ messageId: 'load.1', from: 'a@b.example', to: ['c@d.example', 'e@f.example'] }])
  off()
})

it('counts what the tally takes and keeps the rest, whole', async () => {
  upstream.tally(tally)
  const dialogue = `EHLO me\r\n${envelope}${message('load.1', '..dot')}${envelope}${message('other', '..dot')}QUIT\r\n`
  // Octet by octet, in small pieces, at once: what ends where must not matter.
  for (const piece of [1, 3, 7, dialogue.length]) await answers(dialogue, piece)
  expect(counted.map(({ messageId }) => messageId)).toEqual(Array(4).fill('load.1'))
  expect(upstream.messages.map(({ text }) => text)).toEqual(
    Array(4).fill('Subject: x\r\nMessage-ID: <other>\r\n\r\n.dot\r\n'),
  )
  expect(upstream.messages[0]).toMatchObject({ from: 'a@b.example', to: ['c@d.example', 'e@f.example'], helo: 'me' })
})

it('leaves no attempt of a session that brought nothing else', async () => {
  upstream.tally(tally)
  await answers(`EHLO me\r\n${envelope}${message('load.1')}QUIT\r\n`)
  expect(upstream.attempts).toEqual([])
  await answers('EHLO me\r\nQUIT\r\n')
  expect(upstream.attempts, 'one that brought no message').toHaveLength(1)
})

it('counts what the other sessions take, too, where a rule is in force', async () => {
  upstream.tally(tally)
  upstream.on('rcpt', { reply: '450 4.2.1 later' }, { times: 1 })
  const said = await answers(`EHLO me\r\n${envelope}${message('load.1')}QUIT\r\n`)
  expect(said).toContain('450 4.2.1 later')
  expect(counted).toMatchObject([{ messageId: 'load.1', to: ['e@f.example'] }])
  expect(upstream.messages).toEqual([])
})

it('takes its leave when a rule comes, and the next session keeps to it', async () => {
  upstream.tally(tally)
  const socket = open()
  await once(socket, 'data')
  upstream.on('mail', { reply: '451 4.3.2 busy' })
  expect(String((await once(socket, 'data'))[0])).toMatch(/^421 4\.3\.2 /)
  expect(await answers(`EHLO me\r\nMAIL FROM:<a@b.example>\r\nQUIT\r\n`)).toContain('451 4.3.2 busy')
})

it('refuses a message that is too large, however it was announced', async () => {
  upstream.tally(tally)
  upstream.sizeLimit = 200
  const large = message('load.1', 'x'.repeat(300))
  const said = await answers(`EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n${large}QUIT\r\n`)
  expect(said.find((line) => line.startsWith('552'))).toMatch(/^552 5\.3\.4 .*exceeds the limit of 200/)
  expect(counted).toEqual([])
})

it('ends a line without end', async () => {
  upstream.tally(tally)
  expect(await answers('x'.repeat(20_000))).toContain('500 5.5.2 Error: the line is too long')
})
