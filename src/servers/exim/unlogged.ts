import type { Topology } from '../../topology/topology.ts'
import type { Unlogged } from '../operation.ts'
import { SYSLOG_SOCKET } from '../syslog.ts'

/** The daemon, queue runners and deliveries (Exim specification §5): not one that takes a message from its input. */
const OWN = /^(?:\/usr\/sbin\/)?exim4 -(?:bd|q|M)/

/** A message is in the log before the command that brought it ends. */
export function unlogged({ logging }: Topology): Unlogged {
  return {
    own: OWN,
    drops: [],
    mouths: [logging === 'syslog' ? SYSLOG_SOCKET : '/var/log/exim4/mainlog'],
  }
}
