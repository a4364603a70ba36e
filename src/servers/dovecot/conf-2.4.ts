import type { RenderContext } from '../rendering.ts'
import { accounts24 } from './accounts-2.4.ts'
import { inbox, plugins, sharing24 } from './folders.ts'
import { mechanisms } from './mechanisms.ts'
import { PATHS } from './paths.ts'
import { services } from './services.ts'
import { submissionTls } from './submission-tls.ts'
import { SPOOL_LOCKS, SSL, syncing, tlsMinimum } from './words.ts'

const MAILDIR = 'mail_driver = maildir\nmail_path = ~/Maildir'
const LOCATION = {
  maildir: MAILDIR,
  mbox: 'mail_driver = mbox\nmail_path = ~/mail\nmail_inbox_path = ~/inbox',
} as const
/** Where the MTA's local delivery agent leaves mail. */
const SPOOL = {
  maildir: MAILDIR,
  mbox: 'mail_driver = mbox\nmail_path = ~/mail\nmail_inbox_path = /var/mail/%{user}',
} as const

/** dovecot.conf in the language of Dovecot 2.4. */
export function conf24(context: RenderContext): string {
  const { topology, addresses } = context
  const loaded = plugins(topology.store)
  return `\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0

protocols = imap pop3 lmtp sieve
listen = *
log_path = /dev/stderr
auth_verbose = yes

auth_allow_cleartext = ${topology.store.tls === 'required' ? 'no' : 'yes'}
auth_mechanisms = ${mechanisms(topology)}
auth_failure_delay = 0
# Any local part: the default set has no "+" and no "'".
auth_username_chars =
auth_username_format = %{user | lower}
${accounts24(context)}
${localAccounts(topology)}
ssl = ${SSL[topology.store.tls]}
${tlsMinimum(topology.store)}\
ssl_server_cert_file = ${PATHS.certificate}
ssl_server_key_file = ${PATHS.key}

${LOCATION[topology.store.mailboxFormat]}
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 1
${syncing(context)}\
mail_plugins {
${enabled(loaded.all, '  ')}
}
recipient_delimiter = ${topology.recipientDelimiter ?? ''}
submission_host = ${addresses.mta.lan}:25
${submissionTls(topology)}# Lets an MTA that asks at RCPT know that a mailbox is full.
lmtp_rcpt_check_quota = yes

# A Sieve script may file into a folder that nobody has made.
lda_mailbox_autocreate = yes

${inbox(topology.store)}
protocol imap {
  mail_plugins {
${enabled(loaded.imap, '    ')}
  }
}
protocol lmtp {
  mail_plugins {
${enabled(loaded.lmtp, '    ')}
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
quota "User quota" {
  driver = count
}
quota_storage_grace = 0
quota_status_success = DUNNO
quota_status_nouser = DUNNO
quota_status_overquota = 552 5.2.2 Mailbox is full
quota_status_toolarge = 552 5.2.2 Mailbox is full

${sharing24(topology.store)}${services({ forEver: 'restart_request_count = unlimited', often: 'restart_request_count = 1000' }, topology.store)}`
}

/** A boolean list, each member a line. */
function enabled(names: readonly string[], indent: string): string {
  return names.map((name) => `${indent}${name} = yes`).join('\n')
}

/** Whoever is not in the passwd-file is looked for among the Unix accounts; lock files in /var/mail need its group. */
function localAccounts({ store, local }: RenderContext['topology']): string {
  if (!store.localAccounts) return ''
  return `\
passdb pam {
}
userdb passwd {
  fields {
${SPOOL[local?.mailboxFormat ?? 'mbox'].replace(/^/gm, '    ')}
  }
}
mail_privileged_group = mail
${SPOOL_LOCKS}`
}
