import type { Check } from 'mailrig/check'
import { RECIPIENT_SETTINGS } from './settings.ts'

export default [
  {
    id: 'unknown-is-refused',
    title: 'An unknown recipient is refused at RCPT',
    reason:
      'A server that takes the mail first must bounce it, mostly to people whose address was forged. Such a server is blocked as a source of backscatter.',
    source: 'RFC 5321 3.6.2, 7.9; Postfix BACKSCATTER_README',
    severity: 'risk',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const session = await t.session()
      for (const address of t.facts.unknown) {
        t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
        t.replied(await session.rcptTo(address), 5, `RCPT of ${address}, which does not exist`)
        await session.rset()
      }
      if (t.facts.unknown.length === 0) t.doesNotApply('every domain takes every name')
    },
  },
  {
    id: 'unknown-detail-is-refused',
    title: 'An unknown user with a detail is refused at RCPT',
    reason: 'Rules for `user+detail` often take any user. That opens the way for backscatter again.',
    source: 'Postfix BACKSCATTER_README; RFC 5233 1',
    severity: 'risk',
    settings: RECIPIENT_SETTINGS,
    notApplicable: ({ recipientDelimiter }) => (recipientDelimiter ? undefined : 'nothing parts a user from a detail'),
    async run(t) {
      const [local, domain] = (t.facts.unknown[0] ?? t.doesNotApply('every domain takes every name')).split('@')
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(
        await session.rcptTo(`${local}${t.facts.recipientDelimiter?.[0]}detail@${domain}`),
        5,
        'RCPT of an unknown user with a detail',
      )
    },
  },
  {
    id: 'unknown-null-sender-is-refused',
    title: 'An unknown recipient is refused to the null sender too',
    reason: 'Bounces of forged mail come with the null sender, and many of them. They must not fill the queue.',
    source: 'RFC 5321 3.6.2, 4.5.5',
    severity: 'risk',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const address = t.facts.unknown[0] ?? t.doesNotApply('every domain takes every name')
      const session = await t.session()
      t.replied(await session.mailFrom(''), 250, 'MAIL FROM:<>')
      t.replied(await session.rcptTo(address), 5, `RCPT of ${address}, which does not exist`)
    },
  },
  {
    id: 'local-part-is-no-program',
    title: 'A local part is never a program or a file',
    reason:
      'In alias files `|program` and `/file` have a meaning. From a stranger’s RCPT they would run programs on the server.',
    source: 'RFC 5321 2.3.11; aliases(5)',
    severity: 'fault',
    settings: {
      postfix: ['allow_mail_to_commands', 'allow_mail_to_files'],
      exim: ['acl_smtp_rcpt'],
      sendmail: ['local_mailer_flags'],
    },
    async run(t) {
      const domain = (t.facts.unknown[0] ?? t.doesNotApply('every domain takes every name')).split('@')[1]
      const session = await t.session()
      const names = ['"|/bin/true"', '"/tmp/mailrig-check"', '":include:/etc/passwd"', '"../../../tmp/mailrig"']
      const taken: string[] = []
      for (const local of names) {
        t.replied(await session.mailFrom(''), 250, 'MAIL FROM:<>')
        const reply = await session.rcptTo(`${local}@${domain}`)
        if (reply.code < 300 && (await session.data(`Subject: ${t.token}\r\n\r\nHello.\r\n`)).code < 300)
          taken.push(local)
        await session.rset()
      }
      if (taken.length === 0) return
      await t.rested()
      const delivered = t.events.find(({ event }) => event === 'delivered' || event === 'deferred')
      if (delivered) t.fault(`mail to ${taken.join(' and ')} is refused, or returned`, delivered.text)
    },
  },
  {
    id: 'long-local-part-is-answered',
    title: 'A very long local part is answered, and the session goes on',
    reason:
      'A local part has at most 64 octets, and strangers send longer ones. It must cost neither the session nor the server.',
    source: 'RFC 5321 4.5.3.1.1',
    severity: 'risk',
    async run(t) {
      const domain = t.recipient.split('@')[1]
      const session = await t.session()
      for (const length of [64, 65, 300]) {
        t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
        t.replied(
          await session.rcptTo(`${'x'.repeat(length)}@${domain}`),
          [2, 4, 5],
          `RCPT with a local part of ${length} octets`,
        )
        t.replied(await session.rset(), 250, 'RSET')
      }
    },
  },
  {
    id: 'smtputf8-is-delivered',
    title: 'A message with UTF-8 in its header is delivered where SMTPUTF8 is offered',
    reason:
      'Who offers SMTPUTF8 says that mail with international headers arrives. If the store refuses it, that mail bounces.',
    source: 'RFC 6531 3.1, 3.6; RFC 6532 3',
    severity: 'risk',
    settings: { postfix: ['smtputf8_enable'], exim: ['smtputf8_advertise_hosts'] },
    async run(t) {
      const session = await t.session({ ehlo: false })
      const { keywords } = await session.ehlo()
      if (!keywords.has('SMTPUTF8')) t.doesNotApply('it offers no SMTPUTF8')
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom('marc@client.example', 'SMTPUTF8'), 250, 'MAIL with SMTPUTF8')
      t.replied(await session.rcptTo(account.address), 250, 'RCPT')
      const head = `From: Zoë <marc@client.example>\r\nMessage-ID: <${messageId}>\r\nSubject: Größe`
      t.replied(await session.data(Buffer.from(`${head}\r\n\r\nHello.\r\n`)), 250, 'the message')
      const { text } = await t.received(account, messageId)
      if (!text.includes('Subject: Größe'))
        t.fault('the Subject as it was sent', /^Subject:.*/m.exec(text)?.[0] ?? 'no Subject')
    },
  },
] satisfies Check[]
