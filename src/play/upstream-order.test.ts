import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSession, type Session } from '../session/session.ts'
import type { Pattern } from '../session-file/pattern.ts'
import { startUpstreamListener, type UpstreamListener } from '../upstream/listener.ts'
import { Upstream } from '../upstream/upstream.ts'
import { tell } from './upstream-order.ts'

let listener: UpstreamListener
let upstream: Upstream
let session: Session
beforeEach(async () => {
  listener = await startUpstreamListener({ address: '127.0.0.1', port: 0 })
  upstream = new Upstream({ name: 'upstream', host: 'up.rig.test' })
  listener.register('*', upstream)
  session = await openSession({ host: '127.0.0.1', port: listener.port })
  await session.ehlo()
})
afterEach(async () => {
  session.destroy()
  upstream.close()
  await listener.close()
})

const text = (octets: string): Pattern => ({ kind: 'literal', octets: octets === '' ? [] : [octets] })
const codes = async (...commands: string[]) => {
  const replies: number[] = []
  for (const command of commands) replies.push((await session.command(command)).code)
  return replies
}

it('refuses one recipient and no other', async () => {
  await tell(upstream, { kind: 'on', stage: 'rcpt', to: text('gone@a.example'), reply: ['550 5.1.1 gone'] })
  expect(
    await codes(
      'MAIL FROM:<b@b.example>',
      'RCPT TO:<gone@a.example>',
      'RCPT TO:<here@a.example>',
      'RCPT TO:<gone@a.example>',
    ),
  ).toEqual([250, 550, 250, 550])
})

it('refuses the null sender alone, and as often as it is told', async () => {
  await tell(upstream, { kind: 'on', stage: 'mail', from: text(''), reply: ['451 4.3.0 later'], times: 1 })
  expect(await codes('MAIL FROM:<b@b.example>', 'RSET', 'MAIL FROM:<>', 'MAIL FROM:<>')).toEqual([250, 250, 451, 250])
})

it('serves the n-th time alone that the rest holds', async () => {
  const to: Pattern = { kind: 'like', octets: ['*@a.example'] }
  await tell(upstream, { kind: 'on', stage: 'rcpt', to, number: 2, reply: ['452 4.5.3 enough'] })
  expect(
    await codes(
      'MAIL FROM:<b@b.example>',
      'RCPT TO:<one@a.example>',
      'RCPT TO:<other@c.example>',
      'RCPT TO:<two@a.example>',
      'RCPT TO:<three@a.example>',
    ),
  ).toEqual([250, 250, 250, 452, 250])
})

it('offers AUTH to whom it was told, and to nobody else', async () => {
  await tell(upstream, { kind: 'offer', what: 'auth', user: 'office', password: 'secret' })
  await tell(upstream, { kind: 'offer', what: 'auth', user: 'home', password: 'other' })
  expect(await codes('MAIL FROM:<b@b.example>')).toEqual([530])
  expect((await session.auth({ user: 'office', password: 'other' })).code).toBe(535)
  expect((await session.auth({ user: 'home', password: 'other' })).code).toBe(235)
  expect(await codes('MAIL FROM:<b@b.example>')).toEqual([250])
})
