import type { Check } from 'mailrig/check'

export default [
  {
    id: 'outbound-uses-tls',
    title: 'TLS is used where the next server offers it',
    reason:
      'Mail in clear text can be read on the way. Nearly all servers offer STARTTLS, and some refuse mail without.',
    source: 'RFC 3207 4; RFC 7435',
    severity: 'risk',
    settings: {
      postfix: ['smtp_tls_security_level'],
      exim: ['hosts_avoid_tls', 'hosts_try_tls'],
      sendmail: ['confCLIENT_OPTIONS', 'TLS_Clt'],
    },
    // It changes what the other servers offer.
    alone: true,
    async run(t) {
      for (const upstream of t.upstreams) {
        const { tls } = upstream
        if (tls !== 'none') continue
        await upstream.offerTls()
        t.undo(() => {
          upstream.tls = 'none'
        })
      }
      const relayed = await t.relayed(await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`))
      if (relayed.tls === false) t.fault('the message comes over TLS, which was offered', 'it comes in clear text')
    },
  },
  {
    id: 'smarthost-is-used',
    title: 'All mail for others goes through the smarthost',
    reason: 'Mail that leaves by itself comes from an address that receivers do not know. Providers refuse it.',
    source: 'RFC 5321 2.3.10; postconf(5) relayhost',
    severity: 'fault',
    settings: {
      postfix: ['relayhost', 'transport_maps', 'sender_dependent_relayhost_maps'],
      exim: ['route_list'],
      sendmail: ['SMART_HOST'],
    },
    notApplicable: ({ smarthost }) => (smarthost === undefined ? 'it has no smarthost' : undefined),
    async run(t) {
      const name = t.facts.smarthost?.replace(/^\[|\](?::\d+)?$|:\d+$/g, '') ?? ''
      const smarthost =
        t.upstreams.find((one) => one.name === name || one.host === name) ?? t.unsure(`nobody plays ${name} here`)
      const messageId = await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`)
      await t.relayed(messageId)
      if (!smarthost.messages.some((one) => one.messageId === messageId))
        t.fault(`the message comes to ${name}`, 'it comes to another server')
    },
  },
  {
    id: 'smarthost-login-is-private',
    title: 'The smarthost gets the password over TLS alone',
    reason:
      'The password of the smarthost lets anybody send mail in your name. In clear text everybody on the way has it.',
    source: 'RFC 4954 9; postconf(5) smtp_sasl_tls_security_options',
    severity: 'risk',
    settings: {
      postfix: ['smtp_sasl_auth_enable', 'smtp_tls_security_level', 'smtp_sasl_security_options'],
      exim: ['hosts_require_auth', 'hosts_require_tls'],
      sendmail: ['authinfo'],
    },
    notApplicable: ({ smarthost }) => (smarthost === undefined ? 'it has no smarthost' : undefined),
    async run(t) {
      const relayed = await t.relayed(await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`))
      if (relayed.user === undefined) t.doesNotApply('it does not log in to the smarthost')
      if (relayed.tls === false) t.fault('AUTH over TLS', `AUTH of ${relayed.user} in clear text`)
    },
  },
] satisfies Check[]
