import type { Unlogged } from '../operation.ts'
import { SYSLOG_SOCKET } from '../syslog.ts'

/** The daemon, what runs it, and what has it try again: docker/opensmtpd/run.pl and retry.sh. */
const OWN =
  /^(?:smtpd(?::| -)|perl \/usr\/local\/lib\/mailrig\/run\.pl|sh \/usr\/local\/lib\/mailrig\/retry\.sh|smtpctl (?:schedule|resume|show) |sed -n s)/

/** What is submitted while the daemon does not answer lies in offline until it does (smtpd(8)). */
export function unlogged(): Unlogged {
  return {
    own: OWN,
    drops: ['/var/spool/smtpd/offline'],
    mouths: [SYSLOG_SOCKET],
  }
}
