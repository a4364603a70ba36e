import { expect, rig } from 'mailrig/vitest'
import { LIMIT, TOPOLOGIES } from '../topologies.ts'

const it = rig(TOPOLOGIES.limits)

it('says how large a message may be', async ({ smtp }) => {
  const session = await smtp.session()
  const { keywords } = await session.ehlo()
  expect(keywords.get('SIZE')).toEqual([String(LIMIT)])
})

it('refuses a larger one', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', size: 2 * LIMIT, expectRefusal: true })
  expect(message.replies.end ?? message.replies.mail).toReply(552)
  await expect(mailbox('jim')).toReceiveNothing()
})

it('delivers what came by TLS', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com', tls: 'starttls' }))
})
