import type { Check } from 'mailrig/check'

export default [
  {
    id: 'auth-not-in-clear-text',
    title: 'Mail submission takes no password in clear text',
    reason:
      'Who listens on the way reads the password. A program that is set up wrong must fail before it has sent it.',
    source: 'RFC 4954 4, 9; RFC 8314 3.3',
    severity: 'risk',
    settings: {
      postfix: ['smtpd_tls_auth_only'],
      exim: ['auth_advertise_hosts', 'server_advertise_condition'],
      sendmail: ['confAUTH_OPTIONS'],
    },
    async run(t) {
      t.place('submission')
      const session = await t.session({ service: 'submission', ehlo: false })
      const { keywords } = await session.ehlo()
      const offered = keywords.get('AUTH')?.filter((one) => one === 'PLAIN' || one === 'LOGIN') ?? []
      if (offered.length > 0) t.fault('no PLAIN and no LOGIN before TLS', `AUTH ${offered.join(' ')}`)
      // A made-up one: none of the server's own is said in clear text.
      const { code, text } = await session.auth({ user: t.token, password: t.token })
      if (code === 535 || code === 235) t.fault('AUTH is refused before TLS, whatever the password', `${code} ${text}`)
    },
  },
  {
    id: 'auth-not-in-clear-text-smtp',
    title: 'Port 25 takes no password in clear text',
    reason: 'Users log in on 587 and 465. AUTH on port 25 is left over in most cases, and invites guessing.',
    source: 'RFC 4954 4; RFC 6409 3.1',
    severity: 'risk',
    settings: {
      postfix: ['smtpd_sasl_auth_enable', 'smtpd_tls_auth_only'],
      exim: ['auth_advertise_hosts'],
      sendmail: ['confAUTH_OPTIONS'],
    },
    async run(t) {
      const session = await t.session({ ehlo: false })
      const { keywords } = await session.ehlo()
      const offered = keywords.get('AUTH')?.filter((one) => one === 'PLAIN' || one === 'LOGIN') ?? []
      if (offered.length > 0) t.fault('no PLAIN and no LOGIN before TLS', `AUTH ${offered.join(' ')}`)
    },
  },
  {
    id: 'imap-login-not-in-clear-text',
    title: 'IMAP takes no password in clear text',
    reason:
      'Mail programs try what is offered. Without LOGINDISABLED a password crosses the network before anybody notices.',
    source: 'RFC 9051 6.2.3; RFC 8314 4.1',
    severity: 'risk',
    settings: { dovecot: ['disable_plaintext_auth', 'auth_allow_cleartext', 'ssl'] },
    async run(t) {
      const session = await t.imap()
      const capabilities = await session.capability()
      if (!capabilities.has('LOGINDISABLED') || capabilities.has('AUTH=PLAIN')) {
        t.fault('LOGINDISABLED and no AUTH=PLAIN before TLS', [...capabilities].join(' '))
      }
    },
  },
  {
    id: 'pop3-login-not-in-clear-text',
    title: 'POP3 takes no password in clear text',
    reason: 'POP3 sends the password with each look for mail. In clear text everybody on the way has it.',
    source: 'RFC 2595 2.1; RFC 8314 4.1',
    severity: 'risk',
    settings: { dovecot: ['disable_plaintext_auth', 'auth_allow_cleartext', 'ssl'] },
    async run(t) {
      const session = await t.pop3()
      const capabilities = await session.capa()
      if (capabilities.has('USER') || capabilities.get('SASL')?.includes('PLAIN')) {
        t.fault(
          'no USER and no SASL PLAIN before STLS',
          [...capabilities].map((one) => one.flat().join(' ')).join(', '),
        )
      }
    },
  },
  {
    id: 'login-works',
    title: 'Every user whose password is known can log in everywhere',
    reason:
      'IMAP, POP3 and mail submission may ask different places for the password. After a change one of them is forgotten.',
    source: 'RFC 9051 6.2.3; RFC 1939 7; RFC 4954 4',
    severity: 'fault',
    settings: {
      dovecot: ['passdb', 'auth_mechanisms'],
      postfix: ['smtpd_sasl_path', 'smtpd_sasl_type'],
      exim: ['begin authenticators'],
    },
    async run(t) {
      const side = t.anySide
      for (const account of [...t.accounts(1), ...t.facts.accounts.filter(t.canLogIn).slice(1, 3)]) {
        if (t.subject.endpoint('imap', side) || t.subject.endpoint('imaps', side)) await t.mailbox(account)
        if (t.subject.endpoint('pop3', side) || t.subject.endpoint('pop3s', side)) {
          const session = await t.privatePop3()
          await session
            .login(account)
            .catch((error) => t.fault(`+OK to the login of ${account.user} by POP3`, String(error.answer ?? error)))
        }
        if (t.subject.endpoint('submission', side) || t.subject.endpoint('submissions', side)) await t.loggedIn(account)
      }
    },
  },
] satisfies Check[]
