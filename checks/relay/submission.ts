import type { Check } from 'mailrig/check'
import { elsewhereBy, target } from './relays-none.ts'

export default [
  {
    id: 'submission-needs-login',
    title: 'Mail submission takes no mail without a login',
    reason: 'Ports 587 and 465 are for the server’s own users. Without a login they are an open relay beside port 25.',
    source: 'RFC 6409 4.3',
    severity: 'fault',
    settings: {
      postfix: ['master.cf submission smtpd_client_restrictions', 'smtpd_relay_restrictions'],
      exim: ['acl_smtp_mail', 'acl_smtp_rcpt'],
      sendmail: ['DAEMON_OPTIONS'],
    },
    async run(t) {
      for (const service of ['submission', 'submissions'] as const) {
        if (!t.subject.endpoint(service, t.stranger)) continue
        const session = await t.session({ side: t.stranger, service, ehlo: false })
        const { keywords } = await session.ehlo()
        if (service === 'submission' && keywords.has('STARTTLS')) {
          await session.startTls()
          await session.ehlo()
        }
        const mail = await session.mailFrom('marc@client.example')
        const rcpt = mail.code === 250 ? await session.rcptTo(elsewhereBy(t, '@')) : mail
        if (rcpt.code < 300) t.fault(`${service} refuses MAIL or RCPT without AUTH`, `${rcpt.code} ${rcpt.text}`)
      }
      if (!t.facts.services.some(({ service }) => service.startsWith('submission')))
        t.doesNotApply('it has no service for mail submission')
    },
  },
  {
    id: 'login-may-relay',
    title: 'Who has logged in can send to other domains',
    reason: 'This is what mail submission is for. Where it fails, nobody can send mail from outside.',
    source: 'RFC 6409 4.3; RFC 4954 6',
    severity: 'fault',
    settings: {
      postfix: ['smtpd_relay_restrictions', 'smtpd_sasl_auth_enable'],
      exim: ['acl_smtp_rcpt'],
      sendmail: ['TRUST_AUTH_MECH'],
    },
    async run(t) {
      const account = t.account
      const session = await t.loggedIn(account)
      const messageId = `${t.token}@mailrig.example`
      t.replied(await session.mailFrom(account.address), 250, 'MAIL')
      t.replied(await session.rcptTo(elsewhereBy(t, '@')), 250, 'RCPT of another domain')
      const head = `From: <${account.address}>\r\nTo: <${elsewhereBy(t, '@')}>\r\nMessage-ID: <${messageId}>\r\nSubject: ${t.token}`
      t.replied(await session.data(`${head}\r\n\r\nHello.\r\n`), 250, 'the message')
      await t.relayed(messageId)
    },
  },
  {
    id: 'trusted-may-relay',
    title: 'A trusted client can send to other domains without a login',
    reason: 'The configuration says that these clients may relay. Printers and applications depend on it.',
    source: 'postconf(5) mynetworks; RFC 5321 3.6.2',
    severity: 'fault',
    settings: {
      postfix: ['mynetworks'],
      exim: ['relay_from_hosts'],
      sendmail: ['relay-domains', 'access_db'],
      opensmtpd: ['match for any'],
    },
    notApplicable: ({ trusted }) => (trusted.length === 0 ? 'no client may relay without a login' : undefined),
    async run(t) {
      const side =
        t.facts.trusted.find((one) => t.subject.endpoint('smtp', one)) ??
        t.unsure('no trusted client can be played here')
      const { messageId } = await t.sendAccepted({ side, to: elsewhereBy(t, '@') })
      await t.relayed(messageId)
    },
  },
  {
    id: 'login-keeps-its-sender',
    title: 'Who has logged in cannot write as another user',
    reason:
      'Without this rule each user can send mail in the name of each other, signed by the server. One stolen password then speaks for all.',
    source: 'RFC 6409 6.1; postconf(5) smtpd_sender_login_maps',
    severity: 'note',
    settings: {
      postfix: ['smtpd_sender_login_maps', 'smtpd_sender_restrictions'],
      exim: ['acl_smtp_mail'],
      sendmail: ['check_mail'],
    },
    async run(t) {
      const [account, other] = t.accounts(2)
      const session = await t.loggedIn(account)
      const mail = await session.mailFrom(other?.address ?? '')
      const rcpt = mail.code === 250 ? await session.rcptTo(elsewhereBy(t, '@')) : mail
      if (rcpt.code < 300)
        t.fault(
          `MAIL or RCPT is refused to ${account.user} who says to be ${other?.address}`,
          `${rcpt.code} ${rcpt.text}`,
        )
      if (t.upstreams.length > 0 && t.relayedTo(target(t)).length > 0) t.fault('nothing leaves', 'a message left')
    },
  },
] satisfies Check[]
