import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'unix.example': { mailboxes: ['info'] } },
  internet: ['snow.example'],
})

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
  const accepted = await session.reply()
  expect(accepted).toReply(250)
  expect(await session.command('QUIT')).toReply(221)

  const stored = await mailbox('info').receive({ messageId: '31231233@snow.example' })
  const { subject, from, text, headers } = await stored.parsed()
  expect({ subject, from: from?.address, text: text?.trim() }).toEqual({
    subject: 'Demo message',
    from: 'mwijtkamp@snow.example',
    text: 'This is a demonstration message.',
  })
  const received = headers.filter(({ key }) => key === 'received').map(({ value }) => value)
  expect(
    received.some((line) => line.includes('by mx.unix.example')),
    'a trace line, RFC 5321 §4.4',
  ).toBe(true)
  expect(await stored.raw()).toEqual(expect.bufferContaining('\r\n\r\nThis is a demonstration message.\r\n'))
})

it('gives every accepted message an id that its log knows', async ({ smtp, mta }) => {
  const message = await smtp.send({ to: 'info@unix.example' })
  const queueId = mta.queueIdOf(message)
  await mta.settled(message)
  expect(mta.log.linesOf(message).map((line) => line.text)).toEqual(
    expect.arrayContaining([expect.stringContaining(queueId), expect.stringContaining(message.messageId)]),
  )
})
