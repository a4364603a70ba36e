import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const topology = {
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
  local: { accounts: ['jim'] },
  dsn: true,
  queue: { retryAfter: 2, warnAfter: 1 },
}
const it = rig(topology, { covers: ['M4', 'M7'], needs: ['dsn'] })

const from = 'marc@client.example'
const outbound = { side: 'lan', from } as const

/** What the server writes to the sender, whose exchanger is the upstream. */
function notification(upstream: RigFixtures['upstream'], messageId: string) {
  return upstream.next(({ from: sender, text }) => sender === '' && text.includes(messageId))
}

it('returns a message that the next hop refuses, at once, and says what it said', async ({ smtp, mta, upstream }) => {
  mta.requires('delivery-reports')
  upstream.on('rcpt', { reply: '550 5.1.1 no such user' }, { when: ({ recipient }) => recipient !== from })
  const message = await smtp.send({
    ...outbound,
    to: 'nobody@elsewhere.example',
    mailParams: { RET: 'HDRS', ENVID: 'mailrig-1' },
  })
  const bounce = await notification(upstream, message.messageId)
  expect(bounce.from, 'RFC 5321 §4.5.5').toBe('')
  expect(bounce.to).toEqual([from])
  const report = await bounce.report()
  expect(report.envelopeId).toBe('mailrig-1')
  expect(report.recipients).toMatchObject([{ address: 'nobody@elsewhere.example', action: 'failed' }])
  expect(report.recipients[0]?.diagnostic).toContain('no such user')
  expect(report.returned).toMatchObject({ full: false, messageId: message.messageId })
  await mta.settled(message)
})

it('tells of a delivery when it was asked to', async ({ mta, smtp, upstream }) => {
  mta.requires('delivery-reports')
  const message = await smtp.send({
    ...outbound,
    to: 'jim@mx.example.com',
    rcptParams: { NOTIFY: 'SUCCESS', ORCPT: 'rfc822;james@mx.example.com' },
  })
  const report = await (await notification(upstream, message.messageId)).report()
  expect(report.recipients).toMatchObject([{ action: 'delivered', original: 'james@mx.example.com' }])
  expect(report.recipients[0]?.status).toMatch(/^2\.\d+\.\d+$/)
})

it('tells of nothing when it was asked not to', async ({ smtp, mta, upstream }) => {
  upstream.on('rcpt', { reply: '550 5.1.1 no such user' })
  const message = await smtp.send({ ...outbound, to: 'nobody@elsewhere.example', rcptParams: { NOTIFY: 'NEVER' } })
  await mta.settled(message)
  await expect(upstream).toHaveRelayedNothing()
})

it('sends no bounce because of a bounce', async ({ smtp, mta, upstream }) => {
  upstream.on('rcpt', { reply: '550 5.1.1 no such user' })
  const message = await smtp.send({ ...outbound, to: 'nobody@elsewhere.example' })
  await mta.rested(message)
  const bounced = mta.log.eventsOf(message).filter(({ event }) => event === 'bounced')
  expect(bounced.map(({ to }) => to)).toEqual([['nobody@elsewhere.example'], [from]])
  // The message, its bounce, and at most a word to the postmaster of this host.
  const family = new Set(mta.log.eventsOf(message).map(({ queueId }) => queueId))
  expect(family.size).toBeLessThanOrEqual(3)
  expect(upstream.messages).toEqual([])
})

it('warns that a message is late, and returns one when its time is over', async ({ smtp, mta, upstream }) => {
  mta.requires('delivery-reports')
  const busy = () =>
    upstream.on('rcpt', { reply: '451 4.3.2 come back later' }, { when: ({ recipient }) => recipient !== from })
  busy()
  const message = await smtp.send({ ...outbound, to: 'late@elsewhere.example' })
  const warning = await (await notification(upstream, message.messageId)).report()
  expect(warning.recipients).toMatchObject([{ address: 'late@elsewhere.example', action: 'delayed' }])
  expect(warning.recipients[0]?.status).toMatch(/^4\.\d+\.\d+$/)

  // sendmail hands the warning over once more where it starts anew before it has noted that it was taken.
  await mta.logged(message, /(?:to=<marc@client\.example>.* stat(?:us)?=sent|=> marc@client\.example)/i)
  // Another message: its time must not be over before there was a warning, however slow the machine is. And not while one is
  // under way: what is being delivered when Postfix reloads may stay in its active queue until its next start. Its log has
  // "skipped, still being delivered" then (qmgr_message.c).
  upstream.reset()
  await mta.flush()
  await mta.settled(message)
  await mta.configure({ ...topology, queue: { retryAfter: 2, giveUpAfter: 1 } })
  await mta.reload()
  busy()
  const late = await smtp.send({ ...outbound, to: 'late@elsewhere.example' })
  const bounce = await (await notification(upstream, late.messageId)).report()
  expect(bounce.recipients).toMatchObject([{ address: 'late@elsewhere.example', action: 'failed' }])
  expect(bounce.recipients[0]?.diagnostic ?? '').toContain('come back later')
  expect(bounce.returned?.messageId).toBe(late.messageId)
  await mta.settled(late)
})
