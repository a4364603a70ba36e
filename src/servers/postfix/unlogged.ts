import type { Topology } from '../../topology/topology.ts'
import type { Unlogged } from '../operation.ts'
import { SYSLOG_SOCKET } from '../syslog.ts'

/** `/usr/lib/postfix/sbin/master -s`, and what it starts: `smtpd -n smtp -t inet -u` (master(5), the last column). */
const OWN = /^(?:\/usr\/lib\/postfix\/sbin\/|[\w-]+ (?:\S+ )*-t (?:inet|unix|unix-dgram|fifo|pass)\b)/

/**
 * spawn(8) runs policy services for smtpd(8), which keeps them for minutes. PostSRSd has a process for each connection of
 * cleanup(8), which keeps those of tcp_table(5) as long.
 */
const SERVES = /^(?:spawn|postsrsd) /

/** What sendmail(1) is given lies in maildrop until pickup(8) logs it; postlogd(8) takes the log. */
export function unlogged({ logging }: Topology): Unlogged {
  return {
    own: OWN,
    serves: SERVES,
    drops: ['/var/spool/postfix/maildrop'],
    mouths: [logging === 'syslog' ? SYSLOG_SOCKET : '/var/spool/postfix/public/postlog'],
  }
}
