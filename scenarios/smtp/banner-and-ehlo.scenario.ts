import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx1.example.com',
    domains: { 'example.com': { mailboxes: ['info'] } },
    limits: { messageSize: 52_428_800 },
  },
  {
    covers: [
      'P1',
      'P7',
      'P9',
      'S29',
      'S31',
      'S33',
      'S35',
      'S37',
      'S39',
      'S40',
      'S41',
      'S43',
      'S44',
      'S46',
      'S50',
      'S82',
    ],
  },
)

it('greets with 220 and its own name, and says ESMTP', async ({ smtp }) => {
  const session = await smtp.session()
  expect(session.greeting).toReply(220, /^mx1\.example\.com .*ESMTP/)
})

it('lists in the EHLO reply what it can do', async ({ smtp }) => {
  const session = await smtp.session()
  const { reply, keywords } = await session.ehlo('client.example')
  expect(reply).toReply(250, /^mx1\.example\.com/)
  expect([...keywords.keys()]).toEqual(expect.arrayContaining(['STARTTLS', '8BITMIME']))
  expect(keywords.get('SIZE'), 'the declared size limit, RFC 1870 §4').toEqual(['52428800'])
})

it('offers PIPELINING', async ({ mta, smtp }) => {
  mta.requires('pipelining')
  const { keywords } = await (await smtp.session()).ehlo('client.example')
  expect([...keywords.keys()]).toContain('PIPELINING')
})

it('answers HELO without extensions', async ({ smtp }) => {
  const session = await smtp.session()
  const reply = await session.helo('client.example')
  expect(reply).toReply(250)
  expect(reply.lines).toHaveLength(1)
})

it('refuses EHLO without a name, and serves a client that falls back to HELO', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  const refused = await session.command('EHLO')
  expect(refused).toReply(501)
  expect(await session.helo('client.example')).toReply(250)
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  expect(await session.rcptTo('info@example.com')).toReply(250)
  expect(await session.data('Message-ID: <by-helo@client.example>\r\n\r\nby HELO\r\n')).toReply(250)
  const { headers } = await (await mailbox('info').receive({ messageId: 'by-helo@client.example' })).parsed()
  const trace = headers.filter(({ key }) => key === 'received').map(({ value }) => value)
  expect(trace, 'a trace line that says SMTP, not ESMTP').toContainEqual(expect.stringMatching(/ with SMTP\b/i))
})

it('answers HELP, or says that it has none', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  const help = await session.command('HELP')
  expect([214, 500, 502], help.text).toContain(help.code)
  expect(await session.command('NOOP'), 'the session goes on').toReply(250)
})

it('takes a message over STARTTLS, and offers it no second time', async ({ mta, smtp, mailbox }) => {
  mta.requires('inbound-tls')
  const session = await smtp.session()
  await session.ehlo()
  expect(await session.startTls()).toReply(220)
  expect(session.tls?.protocol).toMatch(/^TLSv1\.[23]$/)
  const { keywords } = await session.ehlo()
  expect([...keywords.keys()], 'RFC 3207 §4.2').not.toContain('STARTTLS')
  expect(await session.mailFrom('marc@client.example')).toReply(250)
  expect(await session.rcptTo('info@example.com')).toReply(250)
  expect(await session.data('Message-ID: <by-tls@client.example>\r\n\r\nencrypted\r\n')).toReply(250)
  const { headers } = await (await mailbox('info').receive({ messageId: 'by-tls@client.example' })).parsed()
  const trace = headers.filter(({ key }) => key === 'received').map(({ value }) => value)
  expect(trace, 'a trace line that says how it came, RFC 3848').toContainEqual(expect.stringMatching(/ with ESMTPS\b/i))
})

it('says goodbye with 221 and closes', async ({ smtp }) => {
  const session = await smtp.session()
  expect(await session.quit()).toReply(221)
  expect((await session.closed()).how).toBe('FIN')
})
