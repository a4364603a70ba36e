import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'unix.example': { mailboxes: ['info'] } },
    internet: ['snow.example'],
  },
  {
    covers: [
      'P2',
      'P12',
      'S27',
      'S52',
      'S54',
      'S56',
      'S58',
      'S60',
      'S62',
      'S64',
      'S66',
      'S68',
      'S70',
      'S71',
      'S72',
    ].concat(['S73', 'S74', 'S75', 'S77', 'S78', 'S80', 'S82', 'S85', 'S87', 'S89']),
  },
)

it('takes a message command by command and stores it as it came', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo('snow.example')
  expect(await session.command('MAIL FROM:<mwijtkamp@snow.example>')).toReply(250)
  expect(await session.command('RCPT TO:<info@unix.example>')).toReply(250)
  expect(await session.command('DATA')).toReply(354)
  session.write(
    [
      'From: Marc <mwijtkamp@snow.example>',
      'To: Info <info@unix.example>',
      'Subject: Demo message',
      'Date: Fri, 12 Feb 2010 08:53:00 +0100',
      'Message-ID: <31231233@snow.example>',
      '',
      'This is a demonstration message.',
      '.',
      '',
    ].join('\r\n'),
  )
  expect(await session.reply()).toReply(250)
  expect(await session.command('QUIT')).toReply(221)

  const stored = await mailbox('info').receive({ messageId: '31231233@snow.example' })
  const { subject, from, text, headers } = await stored.parsed()
  expect({ subject, from: from?.address, text: text?.trim() }).toEqual({
    subject: 'Demo message',
    from: 'mwijtkamp@snow.example',
    text: 'This is a demonstration message.',
  })
  const received = headers.filter(({ key }) => key === 'received').map(({ value }) => value)
  expect(received, 'a trace line, RFC 5321 §4.4').toContainEqual(expect.stringContaining('by mx.unix.example'))
  expect(await stored.raw()).toEqual(expect.bufferContaining('\r\n\r\nThis is a demonstration message.\r\n'))
})

it('takes a session typed in lower case, spaces after the colon and no angle brackets', async ({
  mta,
  smtp,
  mailbox,
}) => {
  mta.requires('bare-paths')
  const session = await smtp.session()
  expect(await session.command('ehlo snow.example')).toReply(250)
  expect(await session.command('mail from: mwijtkamp@snow.example')).toReply(250)
  expect(await session.command('rcpt to: info@unix.example')).toReply(250)
  expect(await session.command('data')).toReply(354)
  expect(await session.content('Message-ID: <typed@snow.example>\r\n\r\ntyped by hand\r\n')).toReply(250)
  expect(await session.command('quit')).toReply(221)
  const stored = await mailbox('info').receive({ messageId: 'typed@snow.example' })
  const { headers } = await stored.parsed()
  expect(headers.find(({ key }) => key === 'return-path')?.value).toContain('mwijtkamp@snow.example')
})

it('takes what begins with "mail from: Marc" for a message without a header', async ({ smtp, mta, mailbox }) => {
  mta.requires('headerless-messages')
  // A tutorial prints this message so. A field name holds no space, RFC 5322 §2.2: all of it becomes the body.
  const typed = [
    'mail from: Marc <mwijtkamp@snow.example>',
    'From: <mwijtkamp@snow.example>',
    'To: Info <info@unix.example>',
    'Subject: Demo messages',
    'Date: 12-02-2010 08:53:00',
    'MesssageID: 31231233@snow.example',
    '',
    'This is a demonstration mesage.',
    '',
  ].join('\r\n')
  const session = await smtp.session()
  await session.ehlo('snow.example')
  expect(await session.command('mail from: mwijtkamp@snow.example')).toReply(250)
  expect(await session.command('rcpt to: info@unix.example')).toReply(250)
  const accepted = await session.data(typed)
  expect(accepted).toReply(250)
  const queueId = mta.queueIdIn(accepted) ?? 'no queue id'

  const stored = await mailbox('info').receive(async (message) =>
    (await message.raw()).includes('mail from: Marc <mwijtkamp@snow.example>'),
  )
  const raw = (await stored.raw()).toString('latin1')
  const end = raw.indexOf('\r\n\r\n')
  expect(raw.slice(0, end), 'trace lines of this very message').toContain(queueId)
  expect(raw.slice(end + 4)).toBe(typed)
  expect(stored.subject, 'a Subject in the body is none').toBe('')
})

it('gives every accepted message an id of its own, that its log knows', async ({ smtp, mta }) => {
  const session = await smtp.session()
  await session.ehlo('snow.example')
  const ids: string[] = []
  for (const messageId of ['first-id@snow.example', 'second-id@snow.example']) {
    await session.mailFrom('mwijtkamp@snow.example')
    await session.rcptTo('info@unix.example')
    const accepted = await session.data(`Message-ID: <${messageId}>\r\n\r\nwhich is it?\r\n`)
    expect(accepted).toReply(250)
    const queueId = mta.queueIdIn(accepted) ?? expect.unreachable(`no queue id in ${accepted.text}`)
    ids.push(queueId)
    const message = { queueIds: [queueId] }
    await mta.settled(message)
    expect(mta.log.linesOf(message).map(({ text }) => text)).toContainEqual(expect.stringContaining(messageId))
  }
  expect(new Set(ids).size).toBe(2)
})

it.for([
  { what: 'a sender without a domain', line: 'MAIL FROM:<mwijtkamp>' },
  { what: 'a sender with a space in it', line: 'MAIL FROM:<marc wijtkamp@snow.example>' },
  { what: 'a SIZE that is no number', line: 'MAIL FROM:<mwijtkamp@snow.example> SIZE=many' },
  { what: 'MAIL before EHLO', line: 'MAIL FROM:<mwijtkamp@snow.example>', greet: false },
])('goes on after $what, taken or refused', async ({ line, greet = true }, { smtp }) => {
  const session = await smtp.session()
  if (greet) await session.ehlo('snow.example')
  const reply = await session.command(line)
  expect(String(reply.code), reply.text).toMatch(/^(?:250|5\d\d)$/)
  if (greet) await session.command('RSET')
  else await session.ehlo('snow.example')
  expect(await session.mailFrom('mwijtkamp@snow.example')).toReply(250)
  expect(await session.rcptTo('info@unix.example')).toReply(250)
})
