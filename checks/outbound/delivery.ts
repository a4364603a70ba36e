import type { Check } from 'mailrig/check'

export default [
  {
    id: 'outbound-helo-has-the-name',
    title: 'The server greets others with its full name',
    reason:
      'Receivers look the name up, and refuse one that is bare or does not exist. Much mail then waits, or comes back.',
    source: 'RFC 5321 4.1.4, 2.3.5; RFC 2505 2.5',
    severity: 'risk',
    settings: {
      postfix: ['smtp_helo_name', 'myhostname'],
      exim: ['helo_data', 'primary_hostname'],
      sendmail: ['$j', 'confDOMAIN_NAME'],
    },
    async run(t) {
      const { helo } = await t.relayed(await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`))
      if (!/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/i.test(helo)) t.fault('a full host name in EHLO', helo)
      if (helo.toLowerCase() !== t.facts.host.toLowerCase())
        t.fault(`EHLO ${t.facts.host}, as it calls itself`, helo, 'note')
    },
  },
  {
    id: 'outbound-envelope-is-kept',
    title: 'Mail leaves with the sender and the recipient it was given',
    reason:
      'Rewriting rules for local mail may catch all mail. Answers and bounces then go to people who do not exist.',
    source: 'RFC 5321 3.3, 3.6.3',
    severity: 'risk',
    settings: {
      postfix: ['smtp_generic_maps', 'canonical_maps', 'masquerade_domains'],
      exim: ['begin rewrite'],
      sendmail: ['genericstable', 'MASQUERADE_AS'],
    },
    async run(t) {
      const { session, from } = await t.outbound()
      const to = `to-${t.token}@${t.elsewhere.domain}`
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom(from), 250, 'MAIL')
      t.replied(await session.rcptTo(to), 250, 'RCPT')
      t.replied(
        await session.data(`From: <${from}>\r\nTo: <${to}>\r\nMessage-ID: <${messageId}>\r\n\r\nHello.\r\n`),
        250,
        'the message',
      )
      const relayed = await t.relayed(messageId)
      if (relayed.to.length !== 1 || relayed.to[0] !== to) t.fault(`one recipient, ${to}`, relayed.to.join(', '))
      if (relayed.from !== from) t.fault(`the sender ${from}`, relayed.from || '<>', 'note')
    },
  },
  {
    id: 'null-mx-is-returned',
    title: 'Mail to a domain with a null MX is returned at once',
    reason: 'The domain says that it takes no mail. A server that tries for days tells the sender too late.',
    source: 'RFC 7505 3',
    severity: 'note',
    async run(t) {
      const domain = t.elsewhere.nullMx ?? t.unsure('no domain here has a null MX')
      await t.returned(`to-${t.token}@${domain}`, 'a domain with a null MX')
    },
  },
  {
    id: 'missing-domain-is-returned',
    title: 'Mail to a domain that does not exist is returned at once',
    reason: 'Most such domains are typing errors. The sender can correct them today, and not in five days.',
    source: 'RFC 5321 5.1, 6.1',
    severity: 'risk',
    settings: { postfix: ['soft_bounce', 'unknown_address_reject_code'], exim: ['dns_again_means_nonexist'] },
    async run(t) {
      const domain = t.elsewhere.missing ?? t.unsure('every domain exists here')
      await t.returned(`to-${t.token}@${domain}`, 'a domain that does not exist')
    },
  },
  {
    id: 'domain-without-mx-is-reached',
    title: 'Mail to a domain without MX goes to its address',
    reason: 'RFC 5321 wants the address record to be used then. Small domains depend on it.',
    source: 'RFC 5321 5.1',
    severity: 'note',
    settings: { exim: ['mx_domains'], sendmail: ['confDONT_EXPAND_CNAMES'] },
    async run(t) {
      const domain = t.elsewhere.addressOnly ?? t.unsure('every domain has an MX here')
      await t.relayed(await t.sendOut(`to-${t.token}@${domain}`))
    },
  },
  {
    id: 'temporary-refusal-is-tried-again',
    title: 'A temporary refusal is tried again until it is over',
    reason:
      'Greylisting refuses every first try. A server that gives up at once, or never tries again, loses that mail.',
    source: 'RFC 5321 4.5.4.1; RFC 6647 2',
    severity: 'fault',
    settings: {
      postfix: ['minimal_backoff_time', 'maximal_queue_lifetime'],
      exim: ['begin retry'],
      sendmail: ['confTO_QUEUERETURN'],
    },
    async run(t) {
      const flush = t.subject.flush ?? t.unsure('nobody can make the server try again now')
      let refused = 0
      for (const upstream of t.upstreams) {
        t.undo(
          upstream.on(
            'rcpt',
            { reply: '450 4.2.1 mailrig asks to try later' },
            {
              times: 1,
              when: ({ recipient }) => {
                const meant = recipient?.includes(t.token) === true
                if (meant) refused += 1
                return meant
              },
            },
          ),
        )
      }
      const messageId = await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`)
      await t.rested()
      if (refused === 0) t.unsure('the first try was not seen')
      await flush()
      await t.handedOver(messageId)
    },
  },
  {
    id: 'permanent-refusal-is-returned-once',
    title: 'A permanent refusal is returned to the sender, once',
    reason:
      'The sender must learn that the mail did not arrive. A second notice, or none, is mail lost or mail doubled.',
    source: 'RFC 5321 3.7, 6.1; RFC 3464 2',
    severity: 'fault',
    settings: {
      postfix: ['soft_bounce', 'notify_classes'],
      exim: ['bounce_message_file'],
      sendmail: ['confERROR_MODE'],
    },
    async run(t) {
      const account = t.account
      for (const upstream of t.upstreams) {
        t.undo(
          upstream.on(
            'rcpt',
            { reply: '550 5.1.1 mailrig knows no such user' },
            { when: ({ recipient }) => recipient?.includes(t.token) === true },
          ),
        )
      }
      await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`, { from: account.address })
      await t.rested()
      const notices = await t.lettersWith(account, `to-${t.token}`)
      if (notices.length !== 1) t.fault(`one notice in the mailbox of ${account.address}`, `${notices.length}`)
      const [notice] = notices
      if (!/^Content-Type: multipart\/report/im.test(notice?.text ?? ''))
        t.fault(
          'a notice that programs can read (multipart/report)',
          /^Content-Type:.*/im.exec(notice?.text ?? '')?.[0] ?? 'no Content-Type',
          'note',
        )
    },
  },
  {
    id: 'bounce-makes-no-bounce',
    title: 'A bounce that cannot be delivered makes no other',
    reason: 'Two servers that bounce each other’s bounces never end. The null sender is there to stop it.',
    source: 'RFC 5321 4.5.5, 6.1',
    severity: 'fault',
    async run(t) {
      for (const upstream of t.upstreams) {
        t.undo(
          upstream.on(
            'rcpt',
            { reply: '550 5.1.1 mailrig knows no such user' },
            { when: ({ recipient }) => recipient?.includes(`to-${t.token}`) === true },
          ),
        )
      }
      await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`, { from: '' })
      await t.rested()
      const [back] = t.upstreams.flatMap(({ messages }) => messages.filter((one) => one.text.includes(t.token)))
      if (back) t.fault('nothing is sent because of it', back.describe())
    },
  },
  {
    id: 'loop-to-itself-is-ended',
    title: 'Mail for a domain that leads back to the server is returned',
    reason:
      'Somebody’s DNS may name this server for a domain that it does not know. It must not send the mail to itself for ever.',
    source: 'RFC 5321 5.1, 6.3',
    severity: 'risk',
    settings: { postfix: ['inet_interfaces', 'proxy_interfaces'], exim: ['self'], sendmail: ['$=w'] },
    async run(t) {
      const domain = t.elsewhere.looping ?? t.unsure('no domain here leads back to the server')
      await t.returned(`to-${t.token}@${domain}`, 'a domain whose MX is the server itself')
    },
  },
  {
    id: 'received-loop-is-ended',
    title: 'A message that has gone through 110 servers is not passed on',
    reason: 'Two servers that forward to each other would do so for ever. The count of Received fields ends it.',
    source: 'RFC 5321 6.3',
    severity: 'risk',
    settings: { postfix: ['hopcount_limit'], exim: ['received_headers_max'], sendmail: ['confMAX_HOP'] },
    async run(t) {
      const account = t.account
      const messageId = `${t.token}@mailrig.example`
      const hops = Array.from(
        { length: 110 },
        (_, hop) => `Received: from hop${hop}.example by hop${hop + 1}.example; Sun, 1 Jan 2023 00:00:00 +0000\r\n`,
      )
      const sent = await t.send({
        to: account.address,
        content: `${hops.join('')}From: <marc@client.example>\r\nMessage-ID: <${messageId}>\r\n\r\nHello.\r\n`,
      })
      if (sent.accepted.length === 0) return
      await t.rested()
      if ((await t.letters(account, messageId)).length > 0) t.fault('it is refused or returned', 'it is delivered')
    },
  },
  {
    id: 'outbound-line-ends-are-right',
    title: 'Every line that leaves ends with CRLF',
    reason:
      'A bare LF or CR that leaves is read differently by each receiver. That is how mail is smuggled from this server into others.',
    source: 'CVE-2023-51764; RFC 5321 2.3.8',
    severity: 'risk',
    settings: { postfix: ['smtpd_forbid_bare_newline', 'cleanup_replace_stray_cr_lf'] },
    async run(t) {
      const { session, from } = await t.outbound()
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom(from), 250, 'MAIL')
      t.replied(await session.rcptTo(`to-${t.token}@${t.elsewhere.domain}`), 250, 'RCPT')
      const reply = await session.data(
        Buffer.from(`From: <${from}>\r\nMessage-ID: <${messageId}>\r\n\r\none\n.\ntwo\r.\rthree\r\n`),
      )
      // To refuse it is as good.
      if (reply.code >= 400) return
      const { wire } = await t.relayed(messageId)
      const text = wire.toString('latin1')
      if (/(?<!\r)\n\.|\r\.\r|\n\.\n/.test(text))
        t.fault('no dot beside a bare LF or CR leaves', JSON.stringify(text.slice(text.indexOf('one'))))
    },
  },
  {
    id: 'long-line-leaves-whole',
    title: 'A line of 998 characters leaves whole',
    reason: 'A line that is broken on the way spoils signatures. The receiver then takes the mail for forged.',
    source: 'RFC 5321 4.5.3.1.6; RFC 6376 5.3',
    severity: 'risk',
    settings: {
      postfix: ['smtp_line_length_limit'],
      exim: ['message_linelength_limit'],
      sendmail: ['SMTP_MAILER_MAX'],
    },
    async run(t) {
      const line = 'x'.repeat(998)
      const { text } = await t.relayed(
        await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`, { content: `\r\n${line}\r\n` }),
      )
      if (!text.includes(`\n${line}\r\n`))
        t.fault(
          '998 characters in one line',
          `${/x+/.exec(text.slice(text.indexOf('\r\n\r\n')))?.[0].length ?? 0} in the first`,
        )
    },
  },
  {
    id: 'alias-to-another-domain-leaves',
    title: 'Mail to an alias of another domain is forwarded',
    reason:
      'Forwarding needs aliases, routing and the right to relay together. It is what breaks first after a change.',
    source: 'RFC 5321 3.9.1',
    severity: 'fault',
    settings: {
      postfix: ['virtual_alias_maps', 'alias_maps'],
      exim: ['system_aliases'],
      sendmail: ['aliases', 'virtusertable'],
    },
    async run(t) {
      const own = t.facts.domains.map(({ name }) => name)
      const leads = ({ to }: { to: readonly string[] }) =>
        to.length === 1 && to[0]?.includes('@') === true && !own.includes(to[0].split('@')[1] ?? '')
      const alias = t.facts.aliases.find(leads) ?? t.doesNotApply('no alias leads to another domain')
      if (t.upstreams.length === 0) t.unsure('nobody plays the other domain')
      const { messageId } = await t.sendAccepted({ to: alias.address })
      await t.relayed(messageId)
    },
  },
] satisfies Check[]
