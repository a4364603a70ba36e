import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: { gerda: { quota: { storage: '50K', full: 'defer' } } } } } },
  { covers: ['Q1'] },
)

// Sent without SIZE, so that no MTA knows at RCPT that the message is too large.
const large = { size: 30_000 }

it('keeps a message in the queue where the store asks for patience, and delivers it once there is room', async ({
  smtp,
  mailbox,
  mta,
  upstream,
}) => {
  const first = await mailbox('gerda').receive(await smtp.send({ to: 'gerda@example.com', ...large }))
  const second = await smtp.send({ to: 'gerda@example.com', ...large })
  await mta.logged(second, /452 4\.2\.2/)
  const waiting = (await mta.queue()).flatMap(({ recipients }) => recipients.map(({ address }) => address))
  expect(waiting).toEqual(['gerda@example.com'])
  expect(await mailbox('gerda').list()).toHaveLength(1)

  await mailbox('gerda').delete(first)
  await mta.flush()
  await expect(mailbox('gerda')).toReceive(second)
  await expect(upstream).toHaveRelayedNothing()
})
