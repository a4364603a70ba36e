import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
    relayDomains: ['elsewhere.example'],
    internet: ['elsewhere.example'],
    native: {
      // Postfix completes a sender without a domain unless told otherwise.
      postfix: { 'main.cf': { smtpd_sender_restrictions: 'reject_non_fqdn_sender' } },
      // OpenSMTPD completes it, too.
      opensmtpd: { filters: ['phase mail-from match mail-from regex { "^[^@]+@?$" } reject "553 5.1.8 no domain"'] },
      // VRFY as each server does it when it may.
      exim: { main: ['acl_smtp_vrfy = accept'] },
      sendmail: { mc: ["define(`confPRIVACY_FLAGS', `authwarnings,needmailhelo')dnl"] },
    },
  },
  { covers: ['P3', 'P8', 'P9', 'P12', 'S60', 'S62'] },
)

it.for([
  { what: 'with an empty domain', line: 'MAIL FROM:<foo@>' },
  { what: 'without the closing bracket', line: 'MAIL FROM:<foo' },
  { what: 'without the word FROM', line: 'MAIL foo@client.example' },
  { what: 'with an unknown parameter', line: 'MAIL FROM:<foo@client.example> NO-SUCH=1' },
])('refuses a sender $what at MAIL, and takes the next', async ({ line }, { smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.command(line)
  expect(refused).toReply('5xx')
  expect(await session.rcptTo('jim@example.com'), 'no transaction has begun').toReply(503)
  expect(await session.mailFrom('foo@client.example')).toReply(250)
})

it('refuses a sender without a domain, at RCPT at the latest', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const mail = await session.command('MAIL FROM:<foo>')
  const refused = mail.code === 250 ? await session.rcptTo('jim@example.com') : mail
  expect(refused).toReply('5xx', /domain|fully-qualified/i)
  observe('a sender without a domain, checked', refused)
  expect(await session.command('DATA')).toReply('5xx')
})

it('takes the null sender and stores it as the return path', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', envelope: { from: '', to: 'jim@example.com' } })
  const { headers } = await (await mailbox('jim').receive(message)).parsed()
  expect(headers.find(({ key }) => key === 'return-path')?.value).toBe('<>')
})

it('takes a quoted local part', async ({ mta, smtp, mailbox }) => {
  mta.requires('quoted-local-parts')
  expect(await returnPath('"marc w"@client.example', smtp, mailbox)).toBe('<"marc w"@client.example>')
})

it('takes a tag', async ({ smtp, mailbox }) => {
  expect(await returnPath('marc+list=x@client.example', smtp, mailbox)).toBe('<marc+list=x@client.example>')
})

async function returnPath(from: string, smtp: RigFixtures['smtp'], mailbox: RigFixtures['mailbox']) {
  const message = await smtp.send({ to: 'jim@example.com', envelope: { from, to: 'jim@example.com' } })
  const { headers } = await (await mailbox('jim').receive(message)).parsed()
  return headers.find(({ key }) => key === 'return-path')?.value
}

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

it('delivers one copy to a recipient named twice', async ({ mta, smtp, mailbox }) => {
  mta.requires('duplicate-removal')
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

it('tells by VRFY a known user from an unknown one', async ({ mta, smtp, observe }) => {
  mta.requires('vrfy')
  const session = await smtp.session()
  await session.ehlo()
  const known = await session.command('VRFY jim@example.com')
  expect(known).toReply('25x')
  const unknown = await session.command('VRFY nobody@example.com')
  expect(unknown).toReply(550)
  observe('VRFY of a known user, turned on', known)
  observe('VRFY of an unknown user, turned on', unknown)
})
