import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const LIMIT = 40_000
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    limits: { messageSize: LIMIT },
  },
  { covers: ['P4', 'S46', 'S48'] },
)

it('announces the limit', async ({ smtp }) => {
  const { keywords } = await (await smtp.session()).ehlo()
  expect(keywords.get('SIZE')).toEqual([String(LIMIT)])
})

it('refuses at MAIL what announces itself as too large', async ({ mta, smtp }) => {
  mta.requires('size-at-mail')
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.mailFrom('marc@client.example', { SIZE: LIMIT + 1 })
  expect(refused).toReply(552)
  expect(await session.mailFrom('marc@client.example', { SIZE: 1000 }), 'and takes a smaller one').toReply(250)
})

it('refuses after DATA what turns out too large, and stores nothing', async ({ mta, smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  const refused = await session.data(`Subject: large\r\n\r\n${'0123456789\r\n'.repeat(LIMIT / 10)}`)
  expect(refused).toReply(tooLarge(mta))
  await expect(mailbox('jim')).toReceiveNothing()
})

it('does not believe a SIZE that is too small', async ({ mta, smtp, mailbox }) => {
  const message = await smtp.send({
    to: 'jim@example.com',
    size: 2 * LIMIT,
    mailParams: { SIZE: 1000 },
    expectRefusal: true,
  })
  expect(message.replies.mail).toReply(250)
  expect(message.replies.end ?? expect.unreachable('the message was not sent')).toReply(tooLarge(mta))
  await expect(mailbox('jim')).toReceiveNothing()
})

it('takes what stays below the limit', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', size: LIMIT - 2000, mailParams: { SIZE: LIMIT - 2000 } })
  await expect(mailbox('jim')).toReceive(message)
})

/** 552 of a server that goes by RFC 1870 (§6.3); any refusal of one that does not. */
function tooLarge(mta: RigFixtures['mta']) {
  return mta.supports('size-at-mail') === true ? 552 : '5xx'
}
