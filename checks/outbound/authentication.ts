import type { Check } from 'mailrig/check'

export default [
  {
    id: 'dkim-signature-verifies',
    title: 'Mail that leaves is signed by DKIM, and the signature verifies',
    reason:
      'Large receivers refuse mail without a valid signature, or take it for spam. What changes a message after it was signed breaks it.',
    source: 'RFC 6376 3.9, 5; RFC 8601 2.7.1',
    severity: 'fault',
    settings: {
      postfix: ['smtpd_milters', 'non_smtpd_milters', 'milter_default_action'],
      exim: ['dkim_domain', 'dkim_selector', 'dkim_private_key'],
      sendmail: ['INPUT_MAIL_FILTER'],
    },
    async run(t) {
      const signing = t.subject.signing ?? t.doesNotApply('nothing in the configuration signs mail')
      const { from: usual } = await t.outbound()
      const [first = ''] = signing.domains
      // Who has logged in may write under their own name alone; a trusted client under any.
      const from = signing.domains.some((one) => usual.endsWith(`@${one}`))
        ? usual
        : t.facts.accounts.some(t.canLogIn)
          ? t.unsure(`mail of ${signing.domains.join(', ')} is what is signed, and ${usual} is who may send`)
          : `${t.token}@${first}`
      const domain = from.split('@')[1] ?? ''
      const { content } = await t.relayed(await t.sendOut(`to-${t.token}@${t.elsewhere.domain}`, { from }))
      const results = await t.dkim(content)
      const own = results.filter((one) => one.domain === domain)
      const shown = results
        .map(({ domain: d, result, reason }) => `${d}: ${result}${reason && ` (${reason})`}`)
        .join(', ')
      if (own.length === 0) t.fault(`a DKIM signature of ${domain}`, shown || 'none')
      if (!own.some(({ result }) => result === 'pass')) t.fault(`a DKIM signature of ${domain} that verifies`, shown)
    },
  },
] satisfies Check[]
