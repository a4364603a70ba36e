import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
    relayDomains: ['elsewhere.example'],
    internet: ['elsewhere.example'],
    // VRFY as each server does it when it may.
    native: {
      exim: { main: ['acl_smtp_vrfy = accept'] },
      sendmail: { mc: ["define(`confPRIVACY_FLAGS', `authwarnings,needmailhelo')dnl"] },
    },
  },
  { covers: ['P8', 'P9', 'P12', 'S60', 'S62'] },
)

it('refuses an unknown user at RCPT, before any message is sent', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  const refused = await session.rcptTo('nobody@example.com')
  expect(refused).toReply(550)
})

it('takes the message for the known ones among its recipients', async ({ smtp, mailbox }) => {
  const to = ['nobody@example.com', 'jim@example.com', 'no-one@example.com', 'petra@example.com']
  const message = await smtp.send({ to })
  expect(message.rejected.map(({ address, reply }) => [address, reply.code])).toEqual([
    ['nobody@example.com', 550],
    ['no-one@example.com', 550],
  ])
  for (const name of ['jim', 'petra']) await expect(mailbox(name)).toReceive(message)
})

it('delivers one copy to a recipient named twice', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', envelope: { to: ['jim@example.com', 'jim@example.com'] } })
  expect(message.accepted).toHaveLength(2)
  expect(await mailbox('jim').receivedFromThisTest()).toHaveLength(1)
})

it('takes a hundred recipients and more, and hands each on once', async ({ smtp, mta, upstream }) => {
  // RFC 5321 §4.5.3.1.8 asks for a hundred.
  const to = Array.from({ length: 150 }, (_, index) => `user${index}@elsewhere.example`)
  const message = await smtp.send({ envelope: { from: 'marc@client.example', to } })
  expect(message.rejected).toEqual([])
  await mta.settled(message)
  expect(upstream.messages.map(({ messageId }) => messageId)).toEqual(upstream.messages.map(() => message.messageId))
  expect(upstream.messages.flatMap((relayed) => relayed.to).sort()).toEqual([...to].sort())
})

it('tells by VRFY a known user from an unknown one', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const known = await session.command('VRFY jim@example.com')
  expect(known).toReply('25x')
  const unknown = await session.command('VRFY nobody@example.com')
  expect(unknown).toReply(550)
  observe('VRFY of a known user, turned on', known)
  observe('VRFY of an unknown user, turned on', unknown)
})
