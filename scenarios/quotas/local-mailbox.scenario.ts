import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx.example.com',
    local: { accounts: ['jim'], mailboxQuota: '50K' },
    limits: { messageSize: 40_000 },
  },
  { covers: ['Q1'], needs: ['mailbox-quota'] },
)

it('bounces mail for an account whose mailbox would grow too large, and takes smaller and later mail', async ({
  smtp,
  localMailbox,
  mta,
  upstream,
  observe,
}) => {
  const first = await smtp.send({ to: 'jim@mx.example.com', size: 30_000 })
  await expect(localMailbox('jim')).toReceive(first)
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example', { SIZE: '30000' })
  const atRcpt = await session.rcptTo('jim@mx.example.com')
  expect([250, 552], 'taken for now, or refused at once').toContain(atRcpt.code)
  observe('RCPT for a Unix account, after a SIZE for which its mailbox has no room', atRcpt)

  const second = await smtp.send({ to: 'jim@mx.example.com', from: 'marc@client.example', size: 30_000 })
  const bounce = await upstream.next({ to: 'marc@client.example' })
  const report = bounce.content.toString()
  expect(report).toContain(second.messageId)
  expect(report).toMatch(/^Status: 5\./m)
  observe('status of a bounce for a full mailbox of a Unix account', /^Status: (.*)$/m.exec(report)?.[1] ?? 'none')

  const small = await smtp.send({ to: 'jim@mx.example.com' })
  await expect(localMailbox('jim')).toReceive(small)
  expect((await localMailbox('jim').list()).map(({ messageId }) => messageId)).toEqual([
    first.messageId,
    small.messageId,
  ])

  await mta.run(['truncate', '--size=0', '/var/mail/jim'])
  await expect(localMailbox('jim')).toReceive(await smtp.send({ to: 'jim@mx.example.com', size: 30_000 }))
})
