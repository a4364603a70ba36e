import type { Check } from 'mailrig/check'

const SIZE_SETTINGS = {
  postfix: ['message_size_limit'],
  exim: ['message_size_limit'],
  sendmail: ['confMAX_MESSAGE_SIZE'],
} as const
/** Larger messages take too long to try. */
const LARGEST = 32_000_000

export default [
  {
    id: 'pipelined-commands-are-answered-in-order',
    title: 'Commands sent in one packet are answered one by one, in order',
    reason:
      'Clients send whole groups where PIPELINING is offered. A lost or misplaced reply makes them think of the wrong recipient.',
    source: 'RFC 2920 3.1, 3.2',
    severity: 'fault',
    async run(t) {
      const session = await t.session({ ehlo: false })
      if (!(await session.ehlo()).keywords.has('PIPELINING')) t.doesNotApply('it offers no PIPELINING')
      const replies = await session.pipeline([
        'MAIL FROM:<marc@client.example>',
        `RCPT TO:<${t.recipient}>`,
        'XMAILRIG',
        `RCPT TO:<${t.recipient}>`,
        'RSET',
      ])
      const codes = replies.map(({ code }) => code)
      const right = [250, 250, 5, 250, 250].every((code, at) => String(codes[at]).startsWith(String(code)))
      if (!right) t.fault('250, 250, 5xx, 250, 250 to MAIL, RCPT, an unknown command, RCPT, RSET', codes.join(', '))
    },
  },
  {
    id: 'eight-bit-body-arrives',
    title: 'An 8-bit body arrives as it was sent where 8BITMIME is offered',
    reason:
      'Most mail of today is sent in 8 bits. A step that clears the eighth, or breaks the text, spoils every letter with an accent.',
    source: 'RFC 6152 3',
    severity: 'fault',
    async run(t) {
      const session = await t.session({ ehlo: false })
      if (!(await session.ehlo()).keywords.has('8BITMIME')) t.doesNotApply('it offers no 8BITMIME')
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom('marc@client.example', 'BODY=8BITMIME'), 250, 'MAIL with BODY=8BITMIME')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      const head = `From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit`
      t.replied(await session.data(Buffer.from(`${head}\r\n\r\nGrüße, señor, здравствуйте\r\n`)), 250, 'the message')
      const { text } = await t.received(account, messageId)
      const plain = /Grüße, señor, здравствуйте/.test(text)
      // Encoded on the way is right as well, if it says so.
      if (!plain && !/^Content-Transfer-Encoding: (?:quoted-printable|base64)/im.test(text))
        t.fault('the body as it was sent', text.slice(text.indexOf('\r\n\r\n') + 4))
    },
  },
  {
    id: 'chunks-arrive-whole',
    title: 'A message in chunks arrives whole where CHUNKING is offered',
    reason:
      'Large providers send by BDAT. There a line with a single dot is text; a server that reads it as an end cuts messages off.',
    source: 'RFC 3030 2, 4.2',
    severity: 'fault',
    settings: { exim: ['chunking_advertise_hosts'], postfix: ['smtpd_discard_ehlo_keywords'] },
    async run(t) {
      const session = await t.session({ ehlo: false })
      if (!(await session.ehlo()).keywords.has('CHUNKING')) t.doesNotApply('it offers no CHUNKING')
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      t.replied(
        await session.bdat(`From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\n\r\nfirst\r\n.\r\n`),
        250,
        'the first chunk',
      )
      t.replied(await session.bdat('last line\r\n', { last: true }), 250, 'the last chunk')
      const { text } = await t.received(account, messageId)
      if (!/first\r?\n\.\r?\nlast line/.test(text))
        t.fault('both chunks, and the line with a dot', text.slice(text.indexOf('\r\n\r\n') + 4))
    },
  },
  {
    id: 'size-is-refused-at-mail',
    title: 'A message that is too large is refused at MAIL',
    reason:
      'Who declares the size learns at once that it is too large. Otherwise the whole message crosses the network to be refused.',
    source: 'RFC 1870 6.1',
    severity: 'note',
    settings: SIZE_SETTINGS,
    async run(t) {
      const session = await t.session({ ehlo: false })
      const [announced = '0'] =
        (await session.ehlo()).keywords.get('SIZE') ?? t.doesNotApply('it does not announce SIZE')
      const limit = Number(announced) || t.facts.sizeLimit || t.doesNotApply('it has no limit')
      t.replied(
        await session.mailFrom('marc@client.example', { SIZE: limit + 1 }),
        [552, 5],
        `MAIL with SIZE=${limit + 1}, beyond the limit`,
      )
    },
  },
  {
    id: 'size-limit-holds',
    title: 'A message beyond the announced size is refused at its end',
    reason:
      'A client may declare nothing, or too little. The limit has to hold all the same, or one message fills the disk.',
    source: 'RFC 1870 6.3',
    severity: 'risk',
    settings: SIZE_SETTINGS,
    async run(t) {
      const session = await t.session({ ehlo: false })
      const { keywords } = await session.ehlo()
      const limit = Number(keywords.get('SIZE')?.[0] ?? 0) || t.facts.sizeLimit || t.doesNotApply('it has no limit')
      if (limit > LARGEST) t.doesNotApply(`its limit of ${limit} octets is too large to be tried`)
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(t.recipient), 250, 'RCPT')
      t.replied(await session.command('DATA'), 354, 'DATA')
      const line = `${'x'.repeat(70)}\r\n`
      const reply = await session
        .content(Buffer.from(`Subject: ${t.token}\r\n\r\n${line.repeat(Math.ceil((limit * 1.05) / line.length))}`))
        .catch(() => undefined)
      // A server that closes has refused as well.
      if (reply) t.replied(reply, [552, 5], 'a message beyond the limit')
    },
  },
  {
    id: 'largest-message-arrives',
    title: 'A message just below the announced size arrives',
    reason:
      'The store, a filter or the file system may have a lower limit than the announced one. Mail that was promised then comes back.',
    source: 'RFC 1870 6.1; postconf(5) mailbox_size_limit',
    severity: 'fault',
    settings: {
      postfix: ['message_size_limit', 'mailbox_size_limit', 'virtual_mailbox_limit'],
      dovecot: ['quota_max_mail_size', 'quota_mail_size'],
    },
    async run(t) {
      const account = t.account
      const session = await t.session({ ehlo: false })
      const limit =
        Number((await session.ehlo()).keywords.get('SIZE')?.[0] ?? 0) ||
        t.facts.sizeLimit ||
        t.doesNotApply('it has no limit')
      if (limit > LARGEST) t.doesNotApply(`its limit of ${limit} octets is too large to be tried`)
      // Servers count the fields they add.
      const { messageId } = await t.sendAccepted({ to: account.address, size: limit - 4096 })
      await t.received(account, messageId)
    },
  },
] satisfies Check[]
