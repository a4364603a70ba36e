import type { Topology } from '../topology/topology.ts'
import type { ServerFile } from './rendering.ts'

/** Where syslogd puts what the MTA says: all of it, and errors apart. */
export const SYSLOG_FILES = { all: '/var/log/mail.log', errors: '/var/log/mail.err' } as const

/** Where syslog(3) writes. */
export const SYSLOG_SOCKET = '/dev/log'

/**
 * syslog.conf(5) for a host whose MTA logs through syslogd. All of it goes to the container's output too: mailrig
 * follows messages there, whatever the logging.
 */
export function syslogFiles({ logging }: Topology): ServerFile[] {
  if (logging === 'output') return []
  // inetutils' syslogd follows the last rule first: a line that mailrig has heard of is in the files already.
  const rules = [
    ['*.*', '/dev/stdout'],
    ['mail.*', SYSLOG_FILES.all],
    ['mail.err', SYSLOG_FILES.errors],
  ]
  return [{ path: '/etc/syslog.conf', content: rules.map((rule) => `${rule.join('\t')}\n`).join('') }]
}
