import type { Check } from 'mailrig/check'

export default [
  {
    id: 'greeting-has-the-name',
    title: 'The greeting begins with the server’s full name',
    reason:
      'Other servers and admins read it to know whom they have reached. A bare or foreign name is left over from another host.',
    source: 'RFC 5321 4.2, 4.3.1',
    severity: 'note',
    settings: {
      postfix: ['smtpd_banner', 'myhostname'],
      exim: ['smtp_banner', 'primary_hostname'],
      sendmail: ['confSMTP_LOGIN_MSG', '$j'],
    },
    async run(t) {
      const session = await t.session({ ehlo: false })
      const [name = ''] = session.greeting.text.split(' ')
      if (name.toLowerCase() !== t.facts.host.toLowerCase())
        t.fault(`the greeting begins with ${t.facts.host}`, session.greeting.text)
    },
  },
  {
    id: 'helo-is-answered',
    title: 'HELO is answered',
    reason:
      'Old programs and devices greet by HELO and know no other word. They cannot send mail to a server that refuses it.',
    source: 'RFC 5321 4.1.1.1',
    severity: 'risk',
    async run(t) {
      const session = await t.session({ ehlo: false })
      t.replied(await session.helo(), 250, 'HELO')
    },
  },
  {
    id: 'ehlo-is-well-formed',
    title: 'EHLO is answered by a well-formed list of extensions',
    reason: 'Clients choose by this list what they may say. One line out of form makes some of them give up.',
    source: 'RFC 5321 4.1.1.1, 4.2.1',
    severity: 'risk',
    async run(t) {
      const session = await t.session({ ehlo: false })
      const { reply } = await session.ehlo()
      t.replied(reply, 250, 'EHLO')
      const [fault] = [...session.greeting.faults, ...reply.faults]
      if (fault) t.fault('greeting and EHLO reply as RFC 5321 has them', fault)
    },
  },
  {
    id: 'commands-keep-their-order',
    title: 'RCPT before MAIL and DATA before RCPT are refused',
    reason:
      'Each command says what the next is about. A server that takes them out of order may deliver a message without a sender, or to nobody.',
    source: 'RFC 5321 4.1.4',
    severity: 'risk',
    async run(t) {
      const session = await t.session()
      t.replied(await session.rcptTo(t.recipient), 5, 'RCPT before MAIL')
      t.replied(await session.command('DATA'), 5, 'DATA before MAIL')
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.command('DATA'), 5, 'DATA before RCPT')
    },
  },
  {
    id: 'rset-forgets-the-transaction',
    title: 'RSET forgets the transaction',
    reason:
      'Clients send several messages in one session, and RSET between them. What is left over goes to the wrong people.',
    source: 'RFC 5321 4.1.1.5',
    severity: 'fault',
    async run(t) {
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(t.recipient), 250, 'RCPT')
      t.replied(await session.rset(), 250, 'RSET')
      t.replied(await session.command('DATA'), 5, 'DATA after RSET')
    },
  },
  {
    id: 'unknown-command-is-refused',
    title: 'An unknown command is refused, and the session goes on',
    reason: 'Newer clients try commands that a server may not know. They expect a refusal, not the end.',
    source: 'RFC 5321 4.2.4',
    severity: 'risk',
    async run(t) {
      const session = await t.session()
      t.replied(await session.command('XMAILRIG hello'), 5, 'an unknown command')
      t.replied(await session.command('NOOP'), 250, 'NOOP after it')
      t.replied(await session.quit(), 221, 'QUIT')
    },
  },
  {
    id: 'long-command-is-answered',
    title: 'A very long command line is refused or cut off, and the server goes on',
    reason:
      'Lines without an end were the way into many old servers. Today they must cost the sender the session at most.',
    source: 'RFC 5321 4.5.3.1.4',
    severity: 'risk',
    async run(t) {
      const session = await t.session()
      for (const length of [512, 2048, 20_000]) {
        const reply = await session.command(`NOOP ${'x'.repeat(length - 7)}`).catch(() => undefined)
        if (reply === undefined) break
        t.replied(reply, length <= 512 ? [2, 5] : [2, 4, 5], `a command of ${length} octets`)
        if (session.end) break
      }
      const next = await t.session()
      t.replied(await next.command('NOOP'), 250, 'NOOP of the next client')
    },
  },
  {
    id: 'early-talker-is-greeted-first',
    title: 'Who talks before the greeting gets the greeting first, or is refused',
    reason:
      'Programs that send spam do not wait. A server that answers them out of order can be led to take commands twice.',
    source: 'RFC 5321 3.1, 4.3.1',
    severity: 'note',
    settings: {
      postfix: ['smtpd_forbid_unauth_pipelining', 'postscreen_greet_action'],
      exim: ['smtp_enforce_sync'],
      sendmail: ['greet_pause'],
    },
    async run(t) {
      const session = await t.rawSession()
      session.write('EHLO client.example\r\n')
      const first = await session.reply()
      t.replied(first, [220, 4, 5], 'a client that talks first')
      if (first.code !== 220) return
      const second = await session.reply().catch(() => undefined)
      if (second) t.replied(second, [250, 4, 5], 'EHLO that came before the greeting')
    },
  },
  {
    id: 'vrfy-tells-no-names',
    title: 'VRFY does not tell who exists',
    reason: 'Strangers try names by the thousand to find mailboxes. 252 to each name is allowed and tells nothing.',
    source: 'RFC 5321 3.5.3, 7.3',
    severity: 'note',
    settings: { postfix: ['disable_vrfy_command'], exim: ['acl_smtp_vrfy'], sendmail: ['confPRIVACY_FLAGS'] },
    async run(t) {
      const unknown = t.facts.unknown[0] ?? t.doesNotApply('every domain takes every name')
      const known = t.facts.accounts.find(({ address }) => address.split('@')[1] === unknown.split('@')[1])
      const session = await t.session()
      const there = await session.command(`VRFY ${known?.address ?? t.recipient}`)
      const missing = await session.command(`VRFY ${unknown}`)
      if (there.code !== missing.code)
        t.fault(
          'the same reply for a name that exists and for one that does not',
          `${there.code} ${there.text} / ${missing.code} ${missing.text}`,
        )
    },
  },
  {
    id: 'expn-tells-no-names',
    title: 'EXPN does not tell who is behind an alias',
    reason: 'The members of a list are a gift for senders of spam. Nobody outside needs the command.',
    source: 'RFC 5321 3.5.3, 7.3',
    severity: 'risk',
    settings: { exim: ['acl_smtp_expn'], sendmail: ['confPRIVACY_FLAGS'] },
    async run(t) {
      const session = await t.session()
      for (const address of [...t.facts.aliases.map((alias) => alias.address), 'postmaster', t.recipient].slice(0, 4)) {
        const { code, text } = await session.command(`EXPN ${address}`)
        if (code === 250) t.fault('EXPN is refused', `${code} ${text}`)
      }
    },
  },
] satisfies Check[]
