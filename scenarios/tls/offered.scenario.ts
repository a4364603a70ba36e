import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim'] } } },
  {
    covers: ['P7', 'S43', 'S50'],
    needs: ['inbound-tls'],
  },
)

it('shows a certificate for its own name, signed by the authority of the rig', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.startTls()).toReply(220)
  expect(session.tls?.authorized).toBe(true)
  expect(session.tls?.certificate.subjectaltname).toBe('DNS:mx.example.com')
})

it('is left by a client that wants another name', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await expect(session.startTls({ servername: 'somebody-else.example' })).rejects.toThrow(/somebody-else\.example/)
})

it('offers STARTTLS until it has been used', async ({ smtp, observe }) => {
  const session = await smtp.session()
  expect((await session.ehlo()).keywords.has('STARTTLS')).toBe(true)
  await session.startTls()
  expect((await session.ehlo()).keywords.has('STARTTLS'), 'RFC 3207 §4.2').toBe(false)
  const again = await session.command('STARTTLS')
  expect(String(again.code)).toMatch(/^(?:454|5\d\d)$/)
  observe('STARTTLS a second time', again)
})

it('takes clients that know no TLS newer than 1.2', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.startTls({ maxVersion: 'TLSv1.2' })
  expect(session.tls?.protocol).toBe('TLSv1.2')
})

it('refuses STARTTLS with a parameter', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.command('STARTTLS now')
  expect(refused, 'RFC 3207 §4').toReply(501)
  observe('STARTTLS with a parameter', refused)
})

it('forgets in TLS what was said before', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.startTls()
  const sender = await session.mailFrom('marc@client.example')
  expect(String(sender.code)).toMatch(/^(?:250|503)$/)
  // A server may do without EHLO in clear text as well; then it says nothing that it does without it here.
  observe('MAIL in TLS without a new EHLO', sender)
})

it('carries no transaction into TLS', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  const started = await session.startTls()
  observe('STARTTLS within a transaction', started)
  if (started.code !== 220) {
    expect(started).toReply(503)
    return
  }
  await session.ehlo()
  expect(await session.rcptTo('jim@example.com'), 'RFC 3207 §4.2').toReply(503)
})

it('executes nothing that was sent along with STARTTLS in clear text', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const started = await session.startTls({ inject: 'XYZZY\r\n' }).catch((error: Error & { code: string }) => error)
  if ('lines' in started && started.code === 220) {
    // Had it been executed, its reply would be the first to come.
    const { reply } = await session.ehlo()
    expect(reply, 'CVE-2011-0411').toReply(250)
    expect(await session.command('NOOP')).toReply(250)
    observe('a command sent along with STARTTLS', 'discarded')
  } else {
    expect(session.tls).toBeUndefined()
    observe('a command sent along with STARTTLS', 'lines' in started ? started : 'no TLS comes about')
  }
})

it('says in the trace of a message that it came over TLS', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', tls: 'starttls' })
  const stored = await mailbox('jim').receive(message)
  expect((await stored.raw()).toString('latin1'), 'RFC 3848').toMatch(
    /^Received: from client\.example .*?\bwith esmtps\b/ims,
  )
})
