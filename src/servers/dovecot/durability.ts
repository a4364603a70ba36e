import type { Durability } from '../durability.ts'
import { MAIL_ROOT } from './users.ts'

/** The mail of all users, and the processes by the names of their services. */
export const durability: Durability = {
  place: MAIL_ROOT,
  // Waited for two minutes: MAILDIR_UIDLIST_LOCK_STALE_TIMEOUT of its source.
  locks: ['dovecot-uidlist.lock'],
  daemons: {
    lmtp: /^dovecot\/lmtp/,
    imap: /^dovecot\/imap(?!-login)/,
    auth: /^dovecot\/auth/,
  },
}
