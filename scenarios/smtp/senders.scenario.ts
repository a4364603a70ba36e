import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    // Postfix completes a sender without a domain unless told otherwise.
    native: { postfix: { 'main.cf': { smtpd_sender_restrictions: 'reject_non_fqdn_sender' } } },
  },
  { covers: ['P3', 'P12', 'S62'] },
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

it('takes a quoted local part and a tag', async ({ smtp, mailbox }) => {
  for (const from of ['"marc w"@client.example', 'marc+list=x@client.example']) {
    const message = await smtp.send({ to: 'jim@example.com', envelope: { from, to: 'jim@example.com' } })
    const { headers } = await (await mailbox('jim').receive(message)).parsed()
    expect(headers.find(({ key }) => key === 'return-path')?.value).toBe(`<${from}>`)
  }
})
