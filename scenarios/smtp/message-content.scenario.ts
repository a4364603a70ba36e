import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    relayDomains: ['elsewhere.example'],
    internet: ['elsewhere.example'],
    // By default Postfix completes only what is submitted on its own host.
    native: { postfix: { 'main.cf': { local_header_rewrite_clients: 'permit_mynetworks' } } },
  },
  { covers: ['P10', 'P11', 'P12', 'S66', 'S68', 'S77', 'S85', 'S87', 'S89', 'S93'] },
)

/** Every place a dot can make trouble in, blank lines at the end, and what mailboxes and mailers like to change. */
const DOTS = [
  '.',
  '..',
  '...',
  '.leading',
  '..leading',
  'trailing.',
  '',
  '.',
  '',
  'From here on: no ">" in front',
  'spaces at the end   ',
  '\ttabs\t',
  'x'.repeat(990),
  '. ',
  '',
  '',
  '',
].join('\r\n')

function withBody(messageId: string, body: Buffer | string, fields: readonly string[] = []): Buffer {
  const header = ['From: marc@client.example', `Message-ID: <${messageId}>`, ...fields, '', '']
  return Buffer.concat([Buffer.from(header.join('\r\n')), Buffer.from(body)])
}

function bodyOf(message: Buffer): string {
  const text = message.toString('latin1')
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

it('stores lines that begin with a dot octet for octet', async ({ smtp, mailbox }) => {
  await smtp.send({ to: 'jim@example.com', content: withBody('dots@client.example', DOTS) })
  const stored = await mailbox('jim').receive({ messageId: 'dots@client.example' })
  expect(bodyOf(await stored.raw())).toBe(DOTS)
})

it('doubles the dots again when it hands the message on', async ({ smtp, upstream }) => {
  await smtp.send({ to: 'someone@elsewhere.example', content: withBody('dots-on@client.example', DOTS) })
  const relayed = await upstream.next({ messageId: 'dots-on@client.example' })
  expect(bodyOf(relayed.content)).toBe(DOTS)
  expect(relayed.wire).toEqual(expect.bufferContaining('\r\n..\r\n...\r\n....\r\n..leading\r\n...leading\r\n'))
})

it('reads the end of data though it comes in pieces', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  expect(await session.command('DATA')).toReply(354)
  for (const piece of ['Message-ID: <pieces@client.exam', 'ple>\r', '\n\r\n.', '.\r\nno end', ' yet\r\n', '.', '\r']) {
    session.write(piece)
  }
  session.write('\n')
  expect(await session.reply()).toReply(250)
  expect(await session.command('NOOP'), 'nothing was taken for a command').toReply(250)
  const stored = await mailbox('jim').receive({ messageId: 'pieces@client.example' })
  expect(bodyOf(await stored.raw())).toBe('.\r\nno end yet\r\n')
})

it.for([
  {
    what: 'as UTF-8, declared by BODY=8BITMIME',
    charset: 'utf-8',
    body: Buffer.from('Grüße, 你好 ✓\r\n'),
    declare: true,
  },
  {
    what: 'as Latin-1, undeclared',
    charset: 'iso-8859-1',
    body: Buffer.from('Gr\xfc\xdfe\r\n', 'latin1'),
    declare: false,
  },
])('stores an 8-bit body $what, octet for octet', async ({ charset, body, declare }, { smtp, mailbox }) => {
  const messageId = `${charset}@client.example`
  const fields = [
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${charset}`,
    'Content-Transfer-Encoding: 8bit',
  ]
  await smtp.send({
    to: 'jim@example.com',
    content: withBody(messageId, body, fields),
    ...(declare ? { mailParams: { BODY: '8BITMIME' } } : {}),
  })
  const stored = await mailbox('jim').receive({ messageId })
  expect(bodyOf(await stored.raw())).toBe(body.toString('latin1'))
})

it('adds the Date and Message-ID that a trusted client left out', async ({ mta, smtp, mailbox }) => {
  mta.requires('trusted-client-completion')
  await smtp.send({ side: 'lan', to: 'jim@example.com', subject: 'left out', messageId: null, date: null })
  const stored = await mailbox('jim').receive(({ subject }) => subject === 'left out')
  expect(stored.messageId, 'RFC 5322 §3.6.4').toMatch(/^\S+@\S+$/)
  const { date = '' } = await stored.parsed()
  expect(Math.abs(Date.parse(date) - Date.now()), 'the Date is now').toBeLessThan(60_000)
})

it('delivers what a stranger sends without Date and Message-ID', async ({ smtp, mailbox }) => {
  const lacking = { subject: 'by a stranger', text: 'nothing but text\n', messageId: null, date: null }
  await smtp.send({ to: 'jim@example.com', ...lacking })
  const stored = await mailbox('jim').receive(({ subject }) => subject === 'by a stranger')
  expect(bodyOf(await stored.raw())).toBe('nothing but text\r\n')
})

it('keeps the Date and Message-ID that the client gave', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ side: 'lan', to: 'jim@example.com', date: new Date('2010-02-12T07:53:00Z') })
  const { date = '', headers } = await (await mailbox('jim').receive(message)).parsed()
  expect(Date.parse(date)).toBe(Date.parse('2010-02-12T07:53:00Z'))
  expect(headers.filter(({ key }) => key === 'date' || key === 'message-id')).toHaveLength(2)
})

it('takes an empty message, which has neither header nor body', async ({ smtp, mta, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  const accepted = await session.data('')
  expect(accepted).toReply(250)
  expect(mta.queueIdIn(accepted)).toBeDefined()
  expect(await mailbox('jim').receivedFromThisTest()).toHaveLength(1)
})

it.for([
  { what: 'a From without an address', field: 'From: Marc' },
  { what: 'a From with an unclosed bracket', field: 'From: Marc <marc@client.example' },
  { what: 'a date in words of its own', field: 'Date: 12-02-2010 08:53:00' },
  { what: 'two Subject fields', field: 'Subject: one\r\nSubject: two' },
])('delivers a message with $what, or refuses it', async ({ what, field }, { smtp, mailbox, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  const reply = await session.data(`${field}\r\n\r\nHello\r\n`)
  observe(`${what}, unchecked`, reply.code === 250 ? 'taken' : reply)
  expect(String(reply.code)).toMatch(/^(?:250|5\d\d)$/)
  expect(await mailbox('jim').receivedFromThisTest(), 'neither lost nor doubled').toHaveLength(
    reply.code === 250 ? 1 : 0,
  )
})
