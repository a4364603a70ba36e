import type { Check } from 'mailrig/check'
import { RECIPIENT_SETTINGS } from './settings.ts'

export default [
  {
    id: 'alias-reaches-its-targets',
    title: 'Mail to an alias reaches every mailbox it names',
    reason:
      'An alias may be right in the file and wrong in the compiled table. Mail to it is then refused, or goes to the wrong people.',
    source: 'RFC 5321 3.9.1',
    severity: 'fault',
    settings: {
      postfix: ['virtual_alias_maps', 'alias_maps'],
      exim: ['system_aliases'],
      sendmail: ['virtusertable', 'aliases'],
    },
    async run(t) {
      const known = t.facts.accounts.filter(t.canLogIn)
      const targets = (to: readonly string[]) => known.filter(({ address }) => to.includes(address))
      const aliases = t.facts.aliases.filter(({ to }) => targets(to).length === to.length)
      // The one that leads to most mailboxes.
      const alias =
        aliases.toSorted((a, b) => b.to.length - a.to.length)[0] ??
        t.doesNotApply('there is no alias that leads to mailboxes with known passwords alone')
      const { messageId } = await t.sendAccepted({ to: alias.address })
      for (const account of targets(alias.to)) {
        await t.received(account, messageId)
        const copies = await t.letters(account, messageId)
        if (copies.length !== 1) t.fault(`one copy in the mailbox of ${account.address}`, `${copies.length} copies`)
      }
    },
  },
  {
    id: 'catch-all-takes-the-rest',
    title: 'A catch-all takes unknown names, and no known ones',
    reason:
      'A catch-all that comes first takes the mail of real mailboxes. One that is not asked loses what it is there for.',
    source: 'postconf(5) virtual_alias_maps; virtual(5)',
    severity: 'fault',
    settings: RECIPIENT_SETTINGS,
    notApplicable: ({ catchAll }) => (catchAll.length === 0 ? 'no domain has a catch-all' : undefined),
    async run(t) {
      const [domain = ''] = t.facts.catchAll
      await t.sendAccepted({ to: `${t.token}@${domain}` })
      const account = t.facts.accounts.filter(t.canLogIn).find(({ address }) => address.endsWith(`@${domain}`))
      if (!account) return
      const { messageId } = await t.sendAccepted({ to: account.address })
      await t.received(account, messageId)
    },
  },
  {
    id: 'detail-is-delivered',
    title: 'Mail to user+detail reaches the user',
    reason:
      'People give out such addresses and expect mail there. A server that announces the separator has to deliver it.',
    source: 'RFC 5233 1; postconf(5) recipient_delimiter',
    severity: 'risk',
    settings: {
      postfix: ['recipient_delimiter'],
      exim: ['local_part_suffix'],
      sendmail: ['virtusertable'],
      dovecot: ['recipient_delimiter'],
    },
    notApplicable: ({ recipientDelimiter }) => (recipientDelimiter ? undefined : 'nothing parts a user from a detail'),
    async run(t) {
      const account = t.account
      const [local, domain] = account.address.split('@')
      const { messageId } = await t.sendAccepted({
        to: `${local}${t.facts.recipientDelimiter?.[0]}${t.token}@${domain}`,
      })
      await t.received(account, messageId)
    },
  },
  {
    id: 'postmaster-is-known',
    title: 'Every domain has a postmaster',
    reason:
      'Other servers write there when something is wrong with this one. RFC 5321 requires the address, in any case of letters.',
    source: 'RFC 5321 4.5.1; RFC 2142 5',
    severity: 'risk',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const session = await t.session()
      for (const { name } of t.facts.domains.filter(({ kind }) => kind !== 'relay')) {
        for (const local of ['postmaster', 'Postmaster']) {
          t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
          t.replied(await session.rcptTo(`${local}@${name}`), 250, `RCPT of ${local}@${name}`)
          await session.rset()
        }
      }
    },
  },
  {
    id: 'postmaster-without-a-domain',
    title: 'The address <Postmaster> without a domain is accepted',
    reason: 'It is the one address that works without knowing any domain of the server. RFC 5321 requires it.',
    source: 'RFC 5321 4.1.1.3, 4.5.1',
    severity: 'note',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const session = await t.session()
      t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
      t.replied(await session.rcptTo('Postmaster'), 250, 'RCPT TO:<Postmaster>')
    },
  },
  {
    id: 'abuse-is-known',
    title: 'Every domain has an abuse address',
    reason: 'Who gets spam from the server writes there before blocking it. Without it the first sign is the block.',
    source: 'RFC 2142 2',
    severity: 'note',
    settings: RECIPIENT_SETTINGS,
    async run(t) {
      const session = await t.session()
      for (const { name } of t.facts.domains.filter(({ kind }) => kind.startsWith('virtual') || kind === 'local')) {
        if (name === t.facts.host) continue
        t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
        t.replied(await session.rcptTo(`abuse@${name}`), 250, `RCPT of abuse@${name}`)
        await session.rset()
      }
    },
  },
] satisfies Check[]
