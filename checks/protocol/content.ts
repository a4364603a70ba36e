import type { Check } from 'mailrig/check'

export default [
  {
    id: 'dots-are-kept',
    title: 'Lines that begin with a dot arrive as they were sent',
    reason: 'SMTP doubles such dots on the way. Where a step forgets to, text is lost or a message ends early.',
    source: 'RFC 5321 4.5.2',
    severity: 'fault',
    async run(t) {
      const account = t.account
      const { messageId } = await t.sendAccepted({ to: account.address, text: 'first\n.\n..\n.hidden\nlast\n' })
      const { text } = await t.received(account, messageId)
      if (!/first\r?\n\.\r?\n\.\.\r?\n\.hidden\r?\nlast/.test(text))
        t.fault('every line as it was sent', text.slice(text.indexOf('first')))
    },
  },
  {
    id: 'long-line-arrives',
    title: 'A line of 998 characters arrives whole',
    reason: 'This is what RFC 5322 allows. Who breaks such a line spoils signatures and attachments.',
    source: 'RFC 5321 4.5.3.1.6; RFC 5322 2.1.1',
    severity: 'fault',
    settings: { exim: ['message_linelength_limit'], postfix: ['line_length_limit'], sendmail: ['mailer L='] },
    async run(t) {
      const account = t.account
      const line = 'x'.repeat(998)
      const content = `From: <marc@client.example>\r\nTo: <${account.address}>\r\nMessage-ID: <${t.token}@mailrig.example>\r\n\r\n${line}\r\n`
      const { messageId } = await t.sendAccepted({ to: account.address, content })
      const { text } = await t.received(account, messageId)
      if (!text.includes(line))
        t.fault('998 characters in one line', `${/x+/.exec(text)?.[0].length ?? 0} in the first`)
    },
  },
  {
    id: 'received-is-added',
    title: 'A Received field is put in front of each message',
    reason: 'It tells the way of a message, and ends loops. Without it nobody can find out where a message came from.',
    source: 'RFC 5321 4.4',
    severity: 'risk',
    async run(t) {
      const account = t.account
      const { messageId } = await t.sendAccepted({ to: account.address })
      const { text } = await t.received(account, messageId)
      const head = text.slice(0, text.search(/\r?\n\r?\n/)).replaceAll(/\r?\n[ \t]+/g, ' ')
      const received = head.match(/^Received:.*$/gim) ?? []
      if (!received.some((line) => line.toLowerCase().includes(`by ${t.facts.host.toLowerCase()}`)))
        t.fault(`a Received field with "by ${t.facts.host}"`, received.join(' / ') || 'none')
    },
  },
  {
    id: 'return-path-is-added',
    title: 'The delivered message has its sender in Return-Path',
    reason:
      'Filters and bounces need the sender of the envelope. At the final delivery it is written down, or it is lost.',
    source: 'RFC 5321 4.4',
    severity: 'note',
    async run(t) {
      const account = t.account
      const { messageId } = await t.sendAccepted({
        to: account.address,
        envelope: { from: `sender-${t.token}@client.example`, to: account.address },
      })
      const { text } = await t.received(account, messageId)
      if (!new RegExp(`^Return-Path: <sender-${t.token}@client\\.example>`, 'im').test(text))
        t.fault('Return-Path with the sender', /^Return-Path:.*/im.exec(text)?.[0] ?? 'no Return-Path')
    },
  },
  {
    id: 'nul-cuts-nothing-off',
    title: 'A NUL in the body cuts nothing off',
    reason: 'Programs in C end text at a NUL. A server must refuse such a message, or deliver all of it.',
    source: 'RFC 5321 2.3.8; RFC 5322 4',
    severity: 'note',
    async run(t) {
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      const reply = await session.data(
        Buffer.from(`From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\n\r\nbefore\0after\r\nlast line\r\n`),
      )
      if (reply.code >= 400) return
      const { text } = await t.received(account, messageId)
      if (!text.includes('after') || !text.includes('last line'))
        t.fault('what stands behind the NUL arrives too', text.slice(text.indexOf('before')))
    },
  },
  {
    id: 'bare-cr-makes-no-field',
    title: 'A bare CR in a header field does not begin another field',
    reason:
      'A stranger who can write one field could write any. Filters look at one message and the reader sees another.',
    source: 'RFC 5321 2.3.8; RFC 5322 2.2; CWE-93',
    severity: 'risk',
    async run(t) {
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      const head = `From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\nSubject: one\rX-Injected: two`
      const reply = await session.data(Buffer.from(`${head}\r\n\r\nHello.\r\n`))
      if (reply.code >= 400) return
      const { text } = await t.received(account, messageId)
      if (/\nX-Injected: two/.test(text.slice(0, text.search(/\r?\n\r?\n/))))
        t.fault('one field, Subject', 'a field X-Injected of its own')
    },
  },
  {
    id: 'broken-off-message-is-not-delivered',
    title: 'A message whose client breaks off is not delivered',
    reason:
      'The client sends it again, because it had no reply. Half a message beside the whole one confuses everybody.',
    source: 'RFC 5321 4.1.1.4',
    severity: 'risk',
    async run(t) {
      const account = t.account
      const messageId = `${t.token}-half@mailrig.example`
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      t.replied(await session.command('DATA'), 354, 'DATA')
      session.write(`From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\n\r\nhalf of i`)
      session.halfClose()
      await session.closed()
      const codes = await t.repliesLeft(session)
      if (codes.includes(250)) t.fault('no 250 to half a message', codes.join(', '))
      const whole = await t.sendAccepted({ to: account.address })
      await t.received(account, whole.messageId)
      if ((await t.letters(account, messageId)).length > 0)
        t.fault('half a message is not delivered', `it is in the mailbox of ${account.address}`)
    },
  },
] satisfies Check[]
