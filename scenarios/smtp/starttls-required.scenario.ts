import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim', 'petra'] } }, tls: 'required' },
  { covers: ['P7', 'S43', 'S50'] },
)

it('refuses MAIL in clear text with 530, and only that', async ({ smtp, observe }) => {
  const session = await smtp.session()
  const { keywords } = await session.ehlo()
  expect([...keywords.keys()]).toContain('STARTTLS')
  const refused = await session.mailFrom('marc@client.example')
  expect(refused, 'RFC 3207 §4').toReply('530 5.7.0')
  observe('MAIL without the required STARTTLS', refused)
  expect(await session.rcptTo('jim@example.com')).toReply('5xx')
  expect(await session.command('NOOP')).toReply(250)
  expect(await session.quit()).toReply(221)
})

it('takes the message in the same session once that is encrypted', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.mailFrom('marc@client.example')).toReply(530)
  expect(await session.startTls()).toReply(220)
  await session.ehlo()
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  expect(await session.rcptTo('jim@example.com')).toReply(250)
  expect(await session.data('Message-ID: <required@client.example>\r\n\r\nencrypted\r\n')).toReply(250)
  await expect(mailbox('jim')).toReceive({ messageId: 'required@client.example' })
})

it('shows a certificate for its own name', async ({ smtp, mailbox }) => {
  // The client verifies it against the rig's authority; send would throw.
  const message = await smtp.send({ to: 'jim@example.com', tls: 'starttls' })
  await expect(mailbox('jim')).toReceive(message)
})

it('lets out what a Sieve script of the mail store redirects: that comes by STARTTLS', async ({
  smtp,
  mailbox,
  upstream,
}) => {
  await mailbox('petra').sieve.install('redirect "petra@client.example";\n')
  const message = await smtp.send({ to: 'petra@example.com', tls: 'starttls' })
  expect((await upstream.next({ messageId: message.messageId })).to).toEqual(['petra@client.example'])
})

it('gives up the session of a client that does not trust it', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await expect(session.startTls({ servername: 'someone-else.example' })).rejects.toThrow(/someone-else\.example/)
})
