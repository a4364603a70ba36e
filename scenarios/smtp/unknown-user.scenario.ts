import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('refuses an unknown user at RCPT, before any message is sent', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  expect(await session.rcptTo('nobody@example.com')).toReply(550)
})

it('takes the message for the known one of two recipients', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: ['nobody@example.com', 'jim@example.com'] })
  expect(message.rejected.map(({ address }) => address)).toEqual(['nobody@example.com'])
  await expect(mailbox('jim')).toReceive(message)
})
