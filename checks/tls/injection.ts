import type { Check } from 'mailrig/check'

const REASON =
  'Somebody on the way can add commands to the packet that holds STARTTLS. A server that keeps them answers them inside TLS, as if the user had said them.'

export default [
  {
    id: 'starttls-forgets-clear-text',
    title: 'SMTP forgets what came in clear text behind STARTTLS',
    reason: REASON,
    source: 'CVE-2011-0411; RFC 3207 4.2',
    severity: 'fault',
    async run(t) {
      for (const service of ['smtp', 'submission'] as const) {
        if (!t.subject.endpoint(service, t.anySide)) continue
        const session = await t.session({ service, ehlo: false })
        if (!(await session.ehlo()).keywords.has('STARTTLS')) continue
        const reply = await session.startTls({ inject: `VRFY ${t.token}\r\nRSET\r\n` }).catch(() => undefined)
        // Refused, or closed: nothing was kept.
        if (reply?.code !== 220) continue
        const { keywords, reply: first } = await session.ehlo()
        if (!keywords.has('SIZE') && !keywords.has('8BITMIME') && !keywords.has('PIPELINING'))
          t.fault('the reply to EHLO comes first inside TLS', `${first.code} ${first.text}`)
        if (keywords.has('STARTTLS')) t.fault('STARTTLS is not offered inside TLS', 'it is', 'note')
      }
    },
  },
  {
    id: 'starttls-forgets-clear-text-imap',
    title: 'IMAP forgets what came in clear text behind STARTTLS',
    reason: REASON,
    source: 'CVE-2011-1926; RFC 9051 6.2.1, 11.1',
    severity: 'fault',
    async run(t) {
      t.place('imap')
      const answers = await t.injectedLines('imap', 'a1 STARTTLS\r\n', 'a2 NOOP\r\n', 'a3 CAPABILITY\r\n', /^a3 /)
      if (answers === undefined) return
      if (answers.some((line) => line.startsWith('a2 '))) t.fault('a2 in clear text is forgotten', answers.join(' / '))
    },
  },
  {
    id: 'starttls-forgets-clear-text-pop3',
    title: 'POP3 forgets what came in clear text behind STLS',
    reason: REASON,
    source: 'CVE-2011-1926; RFC 2595 4',
    severity: 'fault',
    async run(t) {
      t.place('pop3')
      const answers = await t.injectedLines('pop3', 'STLS\r\n', `USER ${t.token}\r\n`, 'CAPA\r\n', /^\.$|^-ERR/)
      if (answers === undefined) return
      // The list of capabilities has lines behind its first; an answer to USER has not, and comes before.
      if (!/capab|list/i.test(answers[0] ?? '') && !answers.includes('UIDL'))
        t.fault('USER in clear text is forgotten', answers.join(' / '))
      if (answers.filter((line) => /^(?:\+OK|-ERR)/.test(line)).length > 1)
        t.fault('USER in clear text is forgotten', answers.join(' / '))
    },
  },
] satisfies Check[]
