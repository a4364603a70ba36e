import type { Check } from 'mailrig/check'
import { RECIPIENT_SETTINGS } from './settings.ts'

export default [
  {
    id: 'mail-arrives',
    title: 'Mail from outside reaches each mailbox that is known',
    reason: 'This is what the server is for. Everything else is worth nothing while it fails.',
    source: 'RFC 5321 3.3, 4.5.3',
    severity: 'fault',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      for (const account of t.accounts(1).concat(t.facts.accounts.filter(t.canLogIn).slice(1, 3))) {
        const { messageId } = await t.sendAccepted({ to: account.address })
        await t.received(account, messageId)
      }
    },
  },
  {
    id: 'null-sender-is-accepted',
    title: 'Mail with the null sender is accepted',
    reason:
      'Bounces and receipts have an empty sender. A server that refuses it never tells its users that their mail was lost.',
    source: 'RFC 5321 4.5.5, 6.1',
    severity: 'fault',
    settings: { postfix: ['smtpd_sender_restrictions'], exim: ['acl_smtp_mail'], sendmail: ['check_mail'] },
    async run(t) {
      const session = await t.session()
      t.replied(await session.mailFrom(''), 250, 'MAIL FROM:<>')
      t.replied(await session.rcptTo(t.recipient), 250, `RCPT of ${t.recipient}`)
    },
  },
  {
    id: 'domain-in-capitals',
    title: 'The domain of a recipient may be in capitals',
    reason:
      'Domains are the same in capitals and small letters. Who tells them apart loses mail that people typed by hand.',
    source: 'RFC 5321 2.4',
    severity: 'fault',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const [local, domain = ''] = t.recipient.split('@')
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(`${local}@${domain.toUpperCase()}`), 250, 'RCPT with the domain in capitals')
    },
  },
  {
    id: 'local-part-in-capitals',
    title: 'A mailbox is found in capitals too',
    reason:
      'Strictly, the receiving server decides whether case matters. In practice everybody expects that it does not.',
    source: 'RFC 5321 2.4',
    severity: 'note',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const [local = '', domain] = t.recipient.split('@')
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(`${local.toUpperCase()}@${domain}`), 250, 'RCPT with the local part in capitals')
    },
  },
  {
    id: 'quoted-local-part',
    title: 'A local part in quotes means the same without them',
    reason: 'Programs may put any local part in quotes. A server that does not take them off loses that mail.',
    source: 'RFC 5321 4.1.2',
    severity: 'note',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const [local, domain] = t.recipient.split('@')
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo(`"${local}"@${domain}`), 250, 'RCPT with the local part in quotes')
    },
  },
  {
    id: 'hundred-recipients',
    title: 'A message may have a hundred recipients',
    reason: 'RFC 5321 asks for at least 100. A server with fewer splits or refuses mail of lists.',
    source: 'RFC 5321 4.5.3.1.8',
    severity: 'risk',
    settings: { postfix: ['smtpd_recipient_limit'], exim: ['recipients_max'], sendmail: ['MaxRecipientsPerMessage'] },
    async run(t) {
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      for (let count = 1; count <= 100; count += 1)
        t.replied(await session.rcptTo(t.recipient), 250, `RCPT number ${count}`)
      t.replied(await session.rset(), 250, 'RSET')
    },
  },
] satisfies Check[]
