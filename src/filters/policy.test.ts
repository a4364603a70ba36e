import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Policy } from './policy.ts'

let server: Server
let policy: Policy
let socket: Socket

beforeEach(async () => {
  policy = new Policy('greylist')
  server = createServer((one) => policy.serve(one, () => undefined)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  socket = open()
})

afterEach(() => {
  socket.destroy()
  server.close()
})

function open(): Socket {
  const one = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  one.on('error', () => undefined)
  one.setEncoding('utf8')
  return one
}

function closed(one: Socket): Promise<unknown> {
  return new Promise((resolve) => one.once('close', resolve))
}

async function ask(recipient: string, from = socket): Promise<string> {
  from.write('request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address=192.0.2.1\n')
  from.write(`sender=a@b\nrecipient=${recipient}\n\n`)
  const [answer] = (await once(from, 'data')) as [string]
  return answer
}

it('says DUNNO, and keeps what it was asked', async () => {
  expect(await ask('jim@example.com')).toBe('action=DUNNO\n\n')
  expect(policy.requests).toEqual([
    {
      request: 'smtpd_access_policy',
      protocol_state: 'RCPT',
      client_address: '192.0.2.1',
      sender: 'a@b',
      recipient: 'jim@example.com',
    },
  ])
  expect(policy.sessions[0]?.transcript).toBe(
    'C: RCPT client=192.0.2.1 sender=<a@b> recipient=<jim@example.com>\nS: DUNNO',
  )
})

it('answers as it was told: the first rule that still serves and fits', async () => {
  policy.answer({ action: 'REJECT no jim' }, { when: ({ recipient }) => recipient === 'jim@example.com' })
  policy.answer({ action: 'DEFER_IF_PERMIT later' }, { times: 1 })
  expect(await ask('petra@example.com')).toBe('action=DEFER_IF_PERMIT later\n\n')
  expect(await ask('jim@example.com')).toBe('action=REJECT no jim\n\n')
  expect(await ask('petra@example.com')).toBe('action=DUNNO\n\n')
  policy.reset()
  expect(await ask('jim@example.com')).toBe('action=DUNNO\n\n')
  expect(policy.requests).toHaveLength(1)
})

it('is away, breaks a connection, and comes back', async () => {
  policy.down()
  await closed(socket)
  policy.up()
  policy.answer({ drop: true }, { times: 1 })
  const other = open()
  other.write('a=b\n\n')
  await closed(other)
  const third = open()
  expect(await ask('jim@example.com', third)).toBe('action=DUNNO\n\n')
  third.destroy()
})

it('says so where an order of the test fails', async () => {
  const when = () => {
    throw new Error('no such thing')
  }
  policy.answer({ action: 'REJECT' }, { when })
  socket.write('a=b\n\n')
  await closed(socket)
  expect(policy.sessions[0]?.end).toBe('an order failed: no such thing')
})

it.each([
  [{}, 'an action needs action, delay, silent or drop'],
  [{ action: 'REJECT\nx' }, 'is not an action in one line'],
  [{ action: 'DUNNO', drop: true }, 'there is one of action, silent and drop'],
  [{ delay: Number.NaN }, 'a delay is milliseconds from 0'],
])('takes no action that cannot be: %j', (action, message) => {
  expect(() => policy.answer(action)).toThrow(message)
})
