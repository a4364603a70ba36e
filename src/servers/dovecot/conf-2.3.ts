import type { RenderContext } from '../rendering.ts'
import { accounts23 } from './accounts-2.3.ts'
import { inbox, plugins, sharing23 } from './folders.ts'
import { mechanisms } from './mechanisms.ts'
import { PATHS } from './paths.ts'
import { services } from './services.ts'
import { submissionTls } from './submission-tls.ts'
import { SPOOL_LOCKS, SSL, syncing, tlsMinimum } from './words.ts'

const LOCATION = { maildir: 'maildir:~/Maildir', mbox: 'mbox:~/mail:INBOX=~/inbox' } as const
/** Where the MTA's local delivery agent leaves mail. */
const SPOOL = { maildir: 'maildir:~/Maildir', mbox: 'mbox:~/mail:INBOX=/var/mail/%u' } as const

/** dovecot.conf in the language of Dovecot 2.3. */
export function conf23(context: RenderContext): string {
  const { topology, addresses } = context
  const loaded = plugins(topology.store)
  return `\
protocols = imap pop3 lmtp sieve
listen = *
log_path = /dev/stderr
auth_verbose = yes

disable_plaintext_auth = ${topology.store.tls === 'required' ? 'yes' : 'no'}
auth_mechanisms = ${mechanisms(topology)}
auth_failure_delay = 0
# Any local part: the default set has no "+" and no "'".
auth_username_chars =
${accounts23(context)}
${localAccounts(topology)}
ssl = ${SSL[topology.store.tls]}
${tlsMinimum(topology.store)}\
ssl_cert = <${PATHS.certificate}
ssl_key = <${PATHS.key}

mail_location = ${LOCATION[topology.store.mailboxFormat]}
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 1
${syncing(context)}\
mail_plugins = ${loaded.all.join(' ')}
recipient_delimiter = ${topology.recipientDelimiter ?? ''}
submission_host = ${addresses.mta.lan}:25
${submissionTls(topology)}# Lets an MTA that asks at RCPT know that a mailbox is full.
lmtp_rcpt_check_quota = yes

# A Sieve script may file into a folder that nobody has made.
lda_mailbox_autocreate = yes

${inbox(topology.store)}
protocol imap {
  mail_plugins = ${[...loaded.all, ...loaded.imap].join(' ')}
}
protocol lmtp {
  mail_plugins = ${[...loaded.all, ...loaded.lmtp].join(' ')}
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 552 5.2.2 Mailbox is full
  quota_status_toolarge = 552 5.2.2 Mailbox is full
}

${sharing23(topology.store)}${services({ forEver: 'service_count = 0', often: 'service_count = 1000' }, topology.store)}`
}

/** Whoever is not in the passwd-file is looked for among the Unix accounts; lock files in /var/mail need its group. */
function localAccounts({ store, local }: RenderContext['topology']): string {
  if (!store.localAccounts) return ''
  return `\
passdb {
  driver = pam
}
userdb {
  driver = passwd
  override_fields = mail=${SPOOL[local?.mailboxFormat ?? 'mbox']}
}
mail_privileged_group = mail
${SPOOL_LOCKS}`
}
