import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim', 'petra'] } }, tls: 'required', tlsMinimum: 'TLSv1.3' },
  { covers: ['P7', 'S43', 'S50'], needs: ['inbound-tls'] },
)

it('refuses MAIL in clear text with 530, and only that', async ({ smtp, observe }) => {
  const session = await smtp.session()
  const { keywords } = await session.ehlo()
  expect([...keywords.keys()]).toContain('STARTTLS')
  const refused = await session.mailFrom('marc@client.example')
  expect(refused, 'RFC 3207 §4').toReply(530)
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

it('speaks no TLS older than it is told to', async ({ smtp, observe }) => {
  const old = await smtp.session()
  await old.ehlo()
  const refused = await old.startTls({ maxVersion: 'TLSv1.2' }).catch((error: Error) => error)
  expect(refused).toMatchObject({ code: 'TLS_FAILED' })

  const recent = await smtp.session()
  await recent.ehlo()
  expect(await recent.startTls()).toReply(220)
  expect(recent.tls?.protocol).toBe('TLSv1.3')
  observe('the cipher of TLS 1.3', recent.tls?.cipher ?? 'none')
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
