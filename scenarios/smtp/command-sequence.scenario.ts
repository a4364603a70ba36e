import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
    // Postfix serves a client that has not said hello, unless it is told not to.
    native: { postfix: { 'main.cf': { smtpd_helo_required: 'yes' } } },
  },
  { covers: ['P5', 'P12', 'S41', 'S48', 'S62'] },
)

const MAIL = 'MAIL FROM:<marc@client.example>'
const RCPT = 'RCPT TO:<jim@example.com>'

it.for([
  { what: 'MAIL before EHLO', before: [], line: MAIL },
  { what: 'RCPT before MAIL', before: ['EHLO client.example'], line: RCPT },
  { what: 'DATA before MAIL', before: ['EHLO client.example'], line: 'DATA' },
  { what: 'a second MAIL', before: ['EHLO client.example', MAIL], line: MAIL },
])('refuses $what as out of order', async ({ before, line }, { mta, smtp }) => {
  if (before.length === 0) mta.requires('hello-first')
  const session = await smtp.session()
  for (const command of before) expect(await session.command(command)).toReply(250)
  const refused = await session.command(line)
  expect(refused).toReply(503)
})

it.for([
  { what: 'before any recipient', rcpt: [] },
  { what: 'when every recipient was refused', rcpt: ['RCPT TO:<nobody@example.com>', 'RCPT TO:<no-one@example.com>'] },
])('refuses DATA $what', async ({ rcpt }, { smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.command(MAIL)
  for (const command of rcpt) expect(await session.command(command)).toReply(550)
  const refused = await session.command('DATA')
  expect([503, 554], `either is right, RFC 5321 §3.3: ${refused.text}`).toContain(refused.code)
  expect(await session.command(RCPT), 'the transaction stands').toReply(250)
})

it.for(['RSET', 'EHLO client.example'])(
  'forgets sender and recipients at %s',
  async (command, { mta, smtp, mailbox }) => {
    if (command !== 'RSET') mta.requires('ehlo-again')
    const session = await smtp.session()
    await session.ehlo()
    await session.mailFrom('marc@client.example')
    await session.rcptTo('jim@example.com')
    expect(await session.command(command)).toReply(250)
    expect(await session.rcptTo('jim@example.com'), 'the sender is forgotten').toReply(503)
    await session.mailFrom('marc@client.example')
    await session.rcptTo('petra@example.com')
    const messageId = `after-${command.slice(0, 4)}@client.example`
    expect(await session.data(`Message-ID: <${messageId}>\r\n\r\nonly for petra\r\n`)).toReply(250)
    await expect(mailbox('petra')).toReceive({ messageId })
    await expect(mailbox('jim')).toReceiveNothing()
  },
)

it('knows its commands in any case', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  for (const line of ['eHLo client.example', 'mAiL fRoM:<marc@client.example>', 'rCpT tO:<JIM@Example.COM>', 'nOOp']) {
    expect(await session.command(line)).toReply(250)
  }
  expect(await session.command('dAtA')).toReply(354)
  expect(await session.content('Message-ID: <mixed-case@client.example>\r\n\r\nHello\r\n')).toReply(250)
  expect(await session.command('qUiT')).toReply(221)
  await expect(mailbox('jim')).toReceive({ messageId: 'mixed-case@client.example' })
})

it('refuses a command it does not know, and goes on', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const refused = await session.command('FROBNICATE now')
  expect([500, 502], refused.text).toContain(refused.code)
  expect(await session.command('NOOP')).toReply(250)
  expect(await session.rcptTo('jim@example.com'), 'the transaction stands').toReply(250)
})

it('answers a group of commands in order', async ({ mta, smtp, mailbox }) => {
  mta.requires('pipelining')
  const session = await smtp.session()
  const { keywords } = await session.ehlo()
  expect([...keywords.keys()]).toContain('PIPELINING')
  const group = ['RSET', MAIL, 'RCPT TO:<nobody@example.com>', RCPT, 'RCPT TO:<no-one@example.com>', 'DATA']
  const replies = await session.pipeline(group)
  expect(replies.map(({ code }) => code)).toEqual([250, 250, 550, 250, 550, 354])
  expect(await session.content('Message-ID: <grouped@client.example>\r\n\r\nin a group\r\n')).toReply(250)
  await expect(mailbox('jim')).toReceive({ messageId: 'grouped@client.example' })
})

it('takes the next transaction in the same write as the end of a message', async ({ mta, smtp, mailbox }) => {
  mta.requires('pipelining')
  const session = await smtp.session()
  await session.ehlo()
  await session.pipeline([MAIL, RCPT, 'DATA'])
  const lines = [
    'Message-ID: <ahead@client.example>',
    '',
    'first',
    '.',
    MAIL,
    'RCPT TO:<petra@example.com>',
    'DATA',
    '',
  ]
  session.write(lines.join('\r\n'))
  const replies = [await session.reply(), await session.reply(), await session.reply(), await session.reply()]
  expect(replies.map(({ code }) => code)).toEqual([250, 250, 250, 354])
  expect(await session.content('Message-ID: <behind@client.example>\r\n\r\nsecond\r\n')).toReply(250)
  await expect(mailbox('jim')).toReceive({ messageId: 'ahead@client.example' })
  await expect(mailbox('petra')).toReceive({ messageId: 'behind@client.example' })
})
