import { expect, rig } from 'mailrig/vitest'
import { wordsOf } from '../store-words.ts'

const it = rig(
  {
    domains: {
      'example.com': {
        mailboxes: {
          jim: { quota: { storage: '50K', messages: 5 } },
          petra: { quota: { storage: '50K' } },
          tom: {},
        },
      },
    },
  },
  { covers: ['Q1', 'D8'] },
)

// Sent without SIZE, so that no MTA knows at RCPT that the message is too large.
const large = { size: 30_000 }

it('tells by IMAP and by the tools of the store what a mailbox holds and may hold', async ({ smtp, mailbox, rig }) => {
  expect(await mailbox('jim').quota()).toEqual({
    storage: { used: 0, limit: 51_200 },
    messages: { used: 0, limit: 5 },
  })
  const message = await smtp.send({ to: 'jim@example.com', size: 4000 })
  const { size } = await mailbox('jim').receive(message)
  const used = wordsOf(rig.store).quotaUsed(size)
  expect(await mailbox('jim').quota()).toEqual({
    storage: { used, limit: 51_200 },
    messages: { used: 1, limit: 5 },
  })
  expect(await rig.store.quota('jim@example.com')).toEqual([
    { type: 'STORAGE', used: used / 1024, limit: 50 },
    { type: 'MESSAGE', used: 1, limit: 5 },
  ])
  expect(
    await mailbox('tom')
      .quota()
      .then((quota) => quota?.storage),
    'a mailbox without a quota',
  ).toBeUndefined()
})

it('bounces a message for which there is no room, and takes others again when there is', async ({
  smtp,
  mailbox,
  upstream,
  observe,
}) => {
  const first = await mailbox('petra').receive(await smtp.send({ to: 'petra@example.com', ...large }))
  const second = await smtp.send({ to: 'petra@example.com', from: 'marc@client.example', ...large })
  const bounce = await upstream.next({ to: 'marc@client.example' })
  expect(bounce.from).toBe('')
  const report = bounce.content.toString()
  expect(report).toMatch(/^Final-Recipient: *rfc822; *petra@example\.com/im)
  expect(report).toContain('552 5.2.2')
  observe('status of a bounce for a full mailbox of the store', /^Status: (5\..*)$/m.exec(report)?.[1] ?? 'none')
  expect(report).toContain(second.messageId)
  expect((await mailbox('petra').list()).map(({ messageId }) => messageId)).toEqual([first.messageId])

  await expect(mailbox('petra')).toReceive(await smtp.send({ to: 'petra@example.com' }))
  await mailbox('petra').delete(first)
  await expect(mailbox('petra')).toReceive(await smtp.send({ to: 'petra@example.com', ...large }))
})
