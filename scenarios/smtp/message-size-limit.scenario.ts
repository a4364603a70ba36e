import { expect, rig } from 'mailrig/vitest'

const LIMIT = 40_000
const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  limits: { messageSize: LIMIT },
})

it('refuses at MAIL what announces itself as too large', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.command(`MAIL FROM:<marc@client.example> SIZE=${LIMIT + 1}`)).toReply(552)
})

it('refuses with 552 after DATA what turns out too large, and stores nothing', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  expect(await session.data(`Subject: large\r\n\r\n${'0123456789\r\n'.repeat(LIMIT / 10)}`)).toReply(552)
  await expect(mailbox('jim')).toReceiveNothing()
})

it('takes what stays below the limit', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', text: '0123456789\r\n'.repeat(2000) })
  await expect(mailbox('jim')).toReceive(message)
})
