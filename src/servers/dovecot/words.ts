import type { Topology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'

type Store = Topology['store']

/** What the setting `ssl` is called in both configuration languages. */
export const SSL = { none: 'no', offered: 'yes', required: 'required' } as const satisfies Record<Store['tls'], string>

/** The line of ssl_min_protocol; empty where the topology leaves it to the server. */
export function tlsMinimum({ tlsMinimum }: Store): string {
  return tlsMinimum === undefined ? '' : `ssl_min_protocol = ${tlsMinimum}\n`
}

/**
 * The order in which Postfix, Exim and procmail lock an mbox: by a lock file, then by fcntl(2). In another one, Dovecot
 * and they would wait for each other.
 */
export const SPOOL_LOCKS = 'mbox_read_locks = fcntl\nmbox_write_locks = dotlock fcntl\n'

/** With Dovecot's own default, `optimized`, a message is on disk before LMTP answers for it: that costs time. */
export function syncing({ durable }: Pick<RenderContext, 'durable'>): string {
  return durable ? '' : '# Nothing here need survive a power failure.\nmail_fsync = never\n'
}
