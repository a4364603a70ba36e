import type { Topology } from '../../topology/topology.ts'

/** Where every mailbox lives: a Maildir below. */
const MAIL_ROOT = '/var/vmail'

/**
 * The passwd-file of all mailboxes: `user:{PLAIN}password:uid:gid:gecos:home`. uid and gid are those of the
 * configuration. Names are folded to lower case, as Dovecot folds what a client sends.
 */
export function userFile(domains: Topology['domains']): string {
  return Object.entries(domains)
    .flatMap(([domain, { mailboxes }]) =>
      Object.entries(mailboxes).map(([localPart, { password }]) => {
        const name = localPart.toLowerCase()
        return `${name}@${domain}:${encoded(password)}::::${home(domain, name)}::\n`
      }),
    )
    .join('')
}

/** A colon would end the field. */
function encoded(password: string): string {
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(password)) return `{PLAIN}${password}`
  return `{PLAIN.b64}${Buffer.from(password).toString('base64')}`
}

/** A local part may hold "/" and more (RFC 5321 §4.1.2), which must not become part of a path. */
function home(domain: string, localPart: string): string {
  const safe = localPart.replace(/[^a-z0-9._+-]/g, (char) => `=${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `${MAIL_ROOT}/${domain}/${safe}`
}
