import type { Topology } from '../../topology/topology.ts'
import type { Unlogged } from '../operation.ts'
import { SYSLOG_SOCKET } from '../syslog.ts'

/** The daemon, what runs it, and what has it try again: docker/opensmtpd/run.pl and retry.sh. */
const OWN =
  /^(?:smtpd(?::| -)|perl \/usr\/local\/lib\/mailrig\/run\.pl|sh \/usr\/local\/lib\/mailrig\/retry\.sh|smtpctl (?:schedule|resume) )/

/** What is submitted while the daemon does not answer lies in offline until it does (smtpd(8)). */
export function unlogged({ logging }: Topology): Unlogged {
  return {
    own: OWN,
    drops: ['/var/spool/smtpd/offline'],
    mouths: [logging === 'syslog' ? SYSLOG_SOCKET : '/run/mailrig-log'],
  }
}
