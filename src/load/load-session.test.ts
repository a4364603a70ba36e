import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { sendThroughConnections } from './connections.ts'
import type { LoadPlan } from './load-plan-data.ts'
import { type LoadHand, LoadSession } from './load-session.ts'
import { MessageSource } from './message-source.ts'

let server: Server | undefined
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())))

/** A server that answers each line by `answer`, and mail data by `end`; what it was told. */
async function serve(
  answer: (line: string, socket: Socket) => string | undefined,
  { greeting = '220 it', end = '250 2.0.0 taken' }: { greeting?: string; end?: string | 'close' } = {},
) {
  const heard: string[] = []
  const listening = createServer((socket) => {
    let rest = ''
    let data = false
    socket.on('error', () => undefined)
    socket.write(`${greeting}\r\n`)
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (let at = rest.indexOf('\r\n'); at !== -1; at = rest.indexOf('\r\n')) {
        const line = rest.slice(0, at)
        rest = rest.slice(at + 2)
        if (data) {
          if (line !== '.') continue
          data = false
          if (end === 'close') socket.destroy()
          else socket.write(`${end}\r\n`)
          continue
        }
        heard.push(line)
        const reply = answer(line, socket)
        if (reply?.startsWith('354')) data = true
        if (reply !== undefined) socket.write(`${reply}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  server = listening
  const { port } = listening.address() as AddressInfo
  return { heard, endpoint: { host: '127.0.0.1', port } }
}

/** As any server answers. */
function usual(line: string): string {
  if (line.startsWith('EHLO')) return '250-it\r\n250-PIPELINING\r\n250 SIZE 1000'
  if (line === 'DATA') return '354 go on'
  if (line === 'QUIT') return '221 bye'
  return '250 2.1.0 ok'
}

const PLAN = {
  tls: false,
  auth: undefined,
  pipelining: undefined,
  bdat: false,
  messagesPerConnection: 3,
  connections: 2,
  size: 500,
  from: 'a@client.example',
  recipientsOf: () => [{ address: 'b@elsewhere.example', mailbox: false }],
  messageIdOf: (number: number) => `${number}@load`,
}

/** Sends so many messages in one session, and gives what came of each. */
async function send(endpoint: LoadPlan['endpoint'], messages: number, more: object = {}) {
  const plan = { ...PLAN, endpoint, ...more } as unknown as LoadPlan
  const source = new MessageSource(plan)
  const said: string[] = []
  let next = 0
  const hand: LoadHand = {
    next: () => (next < messages ? source.message(next++) : undefined),
    accepted: ({ number }, taken) => said.push(`${number} accepted ${taken}`),
    refused: ({ number }, why) => said.push(`${number} refused ${why}`),
    unknown: ({ number }, why) => said.push(`${number} unknown ${why}`),
  }
  const trust = { ca: '', servername: 'it' }
  return {
    said,
    plan,
    hand,
    trust,
    session: () => new LoadSession(plan, hand, trust).ended,
    left: () => messages - next,
  }
}

it('sends in groups, one message after the other, and says how the session ended', async () => {
  const { heard, endpoint } = await serve(usual)
  const { session, said } = await send(endpoint, 2)
  expect(await session()).toEqual({ begun: 2 })
  expect(said).toEqual(['0 accepted true', '1 accepted true'])
  const one = ['MAIL FROM:<a@client.example> SIZE=500', 'RCPT TO:<b@elsewhere.example>', 'DATA']
  expect(heard).toEqual(['EHLO client.example', ...one, ...one, 'QUIT'])
})

it('waits for each reply where it is told to, and ends after so many messages', async () => {
  const { endpoint } = await serve(usual)
  const { session, said } = await send(endpoint, 9, { pipelining: false })
  expect(await session()).toEqual({ begun: 3 })
  expect(said).toHaveLength(3)
})

it.each([
  ['MAIL', '451 4.3.2 busy'],
  ['RCPT', '550 5.1.1 unknown'],
  ['DATA', '554 5.5.1 no valid recipients'],
])('goes on after %s was refused', async (verb, refusal) => {
  let first = true
  let refused = false
  const { endpoint } = await serve((line) => {
    const refuse = line.startsWith(verb) && first
    if (refuse) first = false
    if (line === 'RSET') refused = false
    refused ||= refuse
    return refuse ? refusal : refused ? '503 5.5.1 bad sequence of commands' : usual(line)
  })
  for (const pipelining of [true, false]) {
    first = true
    const { session, said } = await send(endpoint, 2, { pipelining })
    expect(await session()).toEqual({ begun: 2 })
    expect(said).toEqual([`0 refused ${refusal}`, '1 accepted true'])
  }
})

it('knows of no message whose last reply did not come', async () => {
  const { endpoint } = await serve(usual, { end: 'close' })
  const { session, said } = await send(endpoint, 2)
  expect(await session()).toEqual({ begun: 1, why: 'the server ended the connection' })
  expect(said).toEqual(['0 unknown the server ended the connection'])
})

it('takes 421 for a refusal, to the final dot as well', async () => {
  const { endpoint } = await serve(usual, { end: '421 4.3.2 going down' })
  const { session, said } = await send(endpoint, 2)
  await session()
  expect(said).toEqual(['0 refused 421 4.3.2 going down'])
})

it('has refused a message whose connection ended before its data', async () => {
  const { endpoint } = await serve((line, socket) => {
    if (line !== 'DATA') return usual(line)
    socket.destroy()
    return undefined
  })
  const { session, said } = await send(endpoint, 1)
  await session()
  expect(said).toEqual(['0 refused the server ended the connection'])
})

it.each([
  [{ bdat: true }, 'the server does not offer BDAT'],
  [{ tls: true }, 'the server does not offer STARTTLS'],
  [{ auth: { user: 'jim', password: 'x' } }, 'the server does not offer AUTH, nor STARTTLS before it'],
])('says what the server does not offer: %j', async (more, message) => {
  const { endpoint } = await serve(usual)
  const { session } = await send(endpoint, 1, more)
  await expect(session()).rejects.toThrow(message)
})

it('gives up where nobody is let in', async () => {
  const { endpoint } = await serve(usual, { greeting: '554 5.3.2 no' })
  const { plan, hand, trust, left } = await send(endpoint, 5)
  const failed: string[] = []
  const signal = new AbortController().signal
  await expect(
    sendThroughConnections({ plan, hand, trust, signal, more: () => left() > 0, failed: (why) => failed.push(why) }),
  ).rejects.toThrow('let nobody in: 554 5.3.2 no')
  expect(failed.length).toBeGreaterThan(2)
})

it('makes messages of their size, with no bare CR and no line that begins with a dot', () => {
  for (let size = 400; size < 700; size += 1) {
    const { parts, size: told } = new MessageSource({ ...PLAN, size } as unknown as LoadPlan).message(7)
    const text = Buffer.concat([...parts]).toString('latin1')
    expect([text.length, told]).toEqual([size, size])
    expect(text.endsWith('\r\n')).toBe(true)
    expect(text).not.toMatch(/\r(?!\n)|(?<!\r)\n|\n\./)
  }
})
