import { expect, rig } from 'mailrig/vitest'
import { TOPOLOGIES } from '../topologies.ts'

const it = rig(TOPOLOGIES.aliases)

it('delivers to whom an alias leads, and to nobody else', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'sales@example.com' })
  await expect(mailbox('petra')).toReceive(message)
  await expect(mailbox('jim')).toReceiveNothing()
})

it('delivers to every member of a list', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'team@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  await expect(mailbox('petra')).toReceive(message)
})

it('refuses whom it does not know', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('stranger@example.com')).toReply(550)
})
