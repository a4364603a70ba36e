import type { CheckContext } from 'mailrig/check'

/** A transaction that a stranger tries. `to` is everything between the brackets of RCPT TO. */
export interface RelayAttempt {
  /** Default: somebody elsewhere. */
  from?: string
  to: string
}

/** What decides about relaying. */
export const RELAY_SETTINGS = {
  postfix: ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions', 'mynetworks'],
  exim: ['acl_smtp_rcpt', 'relay_from_hosts', 'relay_to_domains'],
  sendmail: ['promiscuous_relay', 'access_db', 'relay-domains'],
  opensmtpd: ['match for any'],
} as const

/**
 * A fault where one of these messages leaves for another domain. To refuse is best; a server that takes a message and
 * keeps it at home is no open relay.
 */
export async function relaysNone(
  t: CheckContext,
  attempts: readonly RelayAttempt[],
  helo = 'client.example',
): Promise<void> {
  const session = await t.session({ side: t.stranger, ehlo: false })
  await session.ehlo(helo)
  const taken: string[] = []
  for (const { from = 'marc@client.example', to } of attempts) {
    const mail = await session.mailFrom(from)
    const rcpt = mail.code === 250 ? await session.command(`RCPT TO:<${to}>`) : mail
    if (rcpt.code < 300) {
      const end = await session.data(`From: <marc@client.example>\r\nSubject: ${t.token}\r\n\r\nHello.\r\n`)
      if (end.code < 300) taken.push(to)
    }
    await session.rset()
  }
  if (taken.length === 0) return
  await t.rested()
  const [relayed] = t.relayedTo(target(t))
  if (relayed) t.fault('a stranger’s mail for another domain is refused', `it is relayed: ${relayed.describe()}`)
  const tried = t.events.find(({ event }) => event === 'deferred')
  if (tried) t.fault('a stranger’s mail for another domain is refused', `it is taken: ${tried.text}`)
}

/** The local part of the address elsewhere, by which an upstream would know it. */
export function target(t: CheckContext): string {
  return `to-${t.token}`
}

/** The address elsewhere, with a sign of its own in place of `@`. */
export function elsewhereBy(t: CheckContext, sign: '@' | '%'): string {
  return `${target(t)}${sign}${t.elsewhere.domain}`
}

/** The UUCP path to it. */
export function bangPath(t: CheckContext): string {
  return `${t.elsewhere.domain}!${target(t)}`
}

/** A domain that is the server's own. */
export function ownDomain(t: CheckContext): string {
  return t.facts.domains.find(({ kind }) => kind !== 'relay')?.name ?? t.facts.host
}
