import type { Mailbox, Topology } from '../../topology/topology.ts'
import type { Language } from './releases.ts'

/** Where every mailbox lives: a Maildir below. */
export const MAIL_ROOT = '/var/vmail'

/**
 * The passwd-file of all mailboxes: `user:{PLAIN}password:uid:gid:gecos:home:shell:extra fields`. uid and gid are those
 * of the configuration. Names are folded to lower case, as Dovecot folds what a client sends.
 */
export function userFile(domains: Topology['domains'], language: Language): string {
  return Object.entries(domains)
    .flatMap(([domain, { mailboxes }]) =>
      Object.entries(mailboxes).map(([localPart, { password, quota }]) => {
        const name = localPart.toLowerCase()
        return `${name}@${domain}:${encoded(password)}::::${mailboxHome(domain, name)}::${quotaFields(quota, language)}\n`
      }),
    )
    .join('')
}

/** A colon would end the field. */
function encoded(password: string): string {
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(password)) return `{PLAIN}${password}`
  return `{PLAIN.b64}${Buffer.from(password).toString('base64')}`
}

/** Settings of one user, which the user database gives in place of the configuration's. */
function quotaFields(quota: Mailbox['quota'], language: Language): string {
  if (quota === undefined) return ''
  const { storage, messages, full } = quota
  const deferring = full === 'defer' ? ['userdb_quota_full_tempfail=yes'] : []
  return [...LIMITS[language](storage, messages), ...deferring].join(' ')
}

const LIMITS: Record<Language, (storage: number | undefined, messages: number | undefined) => string[]> = {
  // Without a unit, storage would count in units of 1024 octets.
  '2.3': (storage, messages) => {
    const limits = [
      ...(storage === undefined ? [] : [`storage=${storage}B`]),
      ...(messages === undefined ? [] : [`messages=${messages}`]),
    ]
    return [`userdb_quota_rule=*:${limits.join(':')}`]
  },
  '2.4': (storage, messages) => [
    ...(storage === undefined ? [] : [`userdb_quota_storage_size=${storage}B`]),
    ...(messages === undefined ? [] : [`userdb_quota_message_count=${messages}`]),
  ],
}

/** A local part may hold "/" and more (RFC 5321 §4.1.2), which must not become part of a path. */
export function mailboxHome(domain: string, localPart: string): string {
  const safe = localPart.replace(/[^a-z0-9._+-]/g, (char) => `=${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `${MAIL_ROOT}/${domain}/${safe}`
}

/** The same with every character as it is. */
export function plainHome(domain: string, localPart: string): string {
  return `${MAIL_ROOT}/${domain}/${localPart}`
}
