import { expect, rig } from 'mailrig/vitest'
import { LONG } from './long.ts'

const from = 'marc@client.example'
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['away'] } },
    trustedNetworks: ['lan'],
    internet: ['elsewhere.example'],
    dsn: true,
    // RFC 5321 §4.5.4.1: at least 4 to 5 days.
    queue: { retryAfter: 60, warnAfter: 4 * 3600, giveUpAfter: 5 * 24 * 3600 },
  },
  { clock: true, needs: ['dsn'] },
)

it('warns the sender after hours, and returns the message after five days', { timeout: LONG }, async ({
  smtp,
  mta,
  fault,
  upstream,
}) => {
  mta.requires('delivery-reports')
  upstream.on('rcpt', { reply: '451 4.3.2 come back later' }, { when: ({ recipient }) => recipient !== from })
  const message = await smtp.send({ side: 'lan', from, to: 'late@elsewhere.example' })
  // Exim warns once more where a queue runner is the first to see that days have passed.
  const report = async (action: string) =>
    (
      await upstream.next(
        ({ from: sender, text }) =>
          sender === '' && text.includes(message.messageId) && new RegExp(`^Action: ${action}`, 'im').test(text),
      )
    ).report()
  await mta.rested(message)

  await fault.timePasses({ hours: 6 })
  const warning = await report('delayed')
  expect(warning.recipients).toMatchObject([{ address: 'late@elsewhere.example', action: 'delayed' }])
  expect(upstream.messages).toHaveLength(1)

  await fault.timePasses({ days: 5 })
  const bounce = await report('failed')
  expect(bounce.recipients).toMatchObject([{ address: 'late@elsewhere.example', action: 'failed' }])
  await mta.settled(message)
  expect(await mta.queue()).toEqual([])
})

it('answers a sender again when the days of vacation are over, and not before', { timeout: LONG }, async ({
  smtp,
  mailbox,
  fault,
  mta,
  upstream,
}) => {
  await mailbox('away').sieve.install('require "vacation";\nvacation :days 7 "I am away.";\n')
  const write = async () => {
    const message = await smtp.send({ from, to: 'away@example.com' })
    await expect(mailbox('away')).toReceive(message)
    await mta.settled(message)
    return upstream.messages.map(({ subject, from: sender, to }) => ({ subject, sender, to }))
  }
  const answer = { subject: expect.stringMatching(/^Auto:/), sender: '', to: [from] }
  expect(await write()).toEqual([answer])
  expect(await write(), 'not twice').toEqual([answer])
  await fault.timePasses({ days: 6 })
  expect(await write(), 'not within 7 days (RFC 5230 §4.1)').toEqual([answer])
  await fault.timePasses({ days: 2 })
  expect(await write()).toEqual([answer, answer])
})
