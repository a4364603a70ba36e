import type { Check, CheckContext, KnownAccount } from 'mailrig/check'

/** Octets that are worth a try to fill. */
const SMALL = 4_000_000

/** An account with a small quota, and how many octets it may hold. Ends the check where there is none. */
async function limited(t: CheckContext): Promise<{ account: KnownAccount; octets: number }> {
  let supported = false
  for (const account of t.facts.accounts.filter(t.canLogIn)) {
    const session = await t.mailbox(account)
    if (!(await session.capability()).has('QUOTA')) break
    supported = true
    const { untagged } = await session.command('GETQUOTAROOT INBOX')
    const limit = untagged.map((line) => /STORAGE \d+ (\d+)/i.exec(line)?.[1]).find((one) => one !== undefined)
    const octets = Number(limit ?? 0) * 1024
    if (octets > 0 && octets <= SMALL) return { account, octets }
  }
  return t.doesNotApply(
    supported ? 'no account has a quota that is small enough to be tried' : 'the store tells of no quota',
  )
}

const QUOTA_SETTINGS = {
  dovecot: ['quota', 'quota_rule', 'quota_storage_size', 'mail_plugins'],
  postfix: ['smtpd_recipient_restrictions'],
} as const

export default [
  {
    id: 'quota-holds-for-delivery',
    title: 'A message beyond the quota is not delivered',
    reason: 'A quota that is announced by IMAP may not be loaded for LMTP. Then one user fills the disk for all.',
    source: 'RFC 9208 3.1; RFC 3463 3.3 (X.2.2)',
    severity: 'risk',
    settings: QUOTA_SETTINGS,
    async run(t) {
      const { account, octets } = await limited(t)
      const size = octets + 20_000
      if ((t.facts.sizeLimit ?? 0) > 0 && (t.facts.sizeLimit ?? 0) < size)
        t.doesNotApply('the quota is larger than any message may be')
      const { messageId, accepted } = await t.send({ to: account.address, size })
      if (accepted.length === 0) return
      await t.rested()
      if ((await t.letters(account, messageId)).length > 0)
        t.fault(`${size} octets are not delivered into a mailbox for ${octets}`, 'they are')
    },
  },
  {
    id: 'quota-holds-for-append',
    title: 'A message beyond the quota cannot be stored by IMAP',
    reason: 'Drafts and sent mail come by APPEND, and count as well. A quota that holds for new mail alone is none.',
    source: 'RFC 9208 4.3; RFC 9051 6.3.12',
    severity: 'risk',
    settings: QUOTA_SETTINGS,
    async run(t) {
      const { account, octets } = await limited(t)
      const session = await t.mailbox(account)
      const capabilities = await session.capability()
      if (!capabilities.has('LITERAL+')) t.unsure('the store takes no literal without being asked')
      const message = `From: <${account.address}>\r\nSubject: ${t.token}\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(Math.ceil((octets + 20_000) / 72))}`
      const { status, text } = await session.command(`APPEND INBOX {${message.length}+}\r\n${message}`)
      if (status === 'OK') t.fault('NO to APPEND', `OK ${text}`)
    },
  },
  {
    id: 'idle-tells-of-new-mail',
    title: 'IDLE tells of new mail at once',
    reason:
      'Mail programs wait by IDLE. Where it says nothing, users see mail minutes late, or press the button all day.',
    source: 'RFC 9051 6.3.13; RFC 2177 3',
    severity: 'risk',
    settings: { dovecot: ['imap_idle_notify_interval', 'mailbox_idle_check_interval', 'fs.inotify'] },
    async run(t) {
      const account = t.account
      const session = await t.mailbox(account)
      if (!(await session.capability()).has('IDLE')) t.doesNotApply('the store offers no IDLE')
      await session.command('SELECT INBOX')
      const idling = await session.idle()
      await t.sendAccepted({ to: account.address })
      for (;;) {
        const news = await idling.next().catch(() => t.fault('EXISTS while idling', 'nothing'))
        if (/^\d+ EXISTS/i.test(news)) break
      }
      await idling.done()
    },
  },
  {
    id: 'special-folders-are-named',
    title: 'The folders for sent mail, drafts and trash are named as such',
    reason:
      'Each mail program makes folders of its own otherwise: Sent, Sent Items, Gesendet. The names tell all of them the same.',
    source: 'RFC 6154 2, 5.2',
    severity: 'note',
    settings: { dovecot: ['namespace inbox', 'mailbox special_use'] },
    async run(t) {
      const session = await t.mailbox(t.account)
      const { untagged } = await session.command('LIST "" "*"')
      const listed = untagged.join('\n')
      const missing = ['\\Sent', '\\Drafts', '\\Trash'].filter(
        (use) => !listed.toLowerCase().includes(use.toLowerCase()),
      )
      if (missing.length > 0) t.fault('folders with \\Sent, \\Drafts and \\Trash', `none with ${missing.join(', ')}`)
    },
  },
  {
    id: 'append-keeps-every-octet',
    title: 'What is stored by IMAP is read as it was stored',
    reason: 'Sent mail with a signature must not change in the store. A changed octet makes the signature wrong.',
    source: 'RFC 9051 6.3.12',
    severity: 'risk',
    async run(t) {
      const account = t.account
      const session = await t.mailbox(account)
      if (!(await session.capability()).has('LITERAL+')) t.unsure('the store takes no literal without being asked')
      const messageId = `${t.token}@mailrig.example`
      const message = `From: <${account.address}>\r\nMessage-ID: <${messageId}>\r\nSubject: =?utf-8?q?stored?=\r\n\r\n.one\r\n\r\n  two \r\nüber\r\n`
      const { status, text } = await session.command(`APPEND INBOX {${Buffer.byteLength(message)}+}\r\n${message}`)
      if (status !== 'OK') t.fault('OK to APPEND', `${status} ${text}`)
      const [letter] = await t.letters(account, messageId)
      if (letter?.text !== message)
        t.fault('every octet as it was stored', JSON.stringify(letter?.text ?? 'it is not there'))
    },
  },
] satisfies Check[]
