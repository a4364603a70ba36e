import type { Topology } from '../../topology/topology.ts'

type Store = Topology['store']

/** What the setting `ssl` is called in both configuration languages. */
export const SSL = { none: 'no', offered: 'yes', required: 'required' } as const satisfies Record<Store['tls'], string>

/** The line of ssl_min_protocol; empty where the topology leaves it to the server. */
export function tlsMinimum({ tlsMinimum }: Store): string {
  return tlsMinimum === undefined ? '' : `ssl_min_protocol = ${tlsMinimum}\n`
}

/** How Debian's programs lock an mbox: by fcntl(2) first, then by a lock file (Debian Policy 11.6). */
export const SPOOL_LOCKS = 'mbox_read_locks = fcntl\nmbox_write_locks = fcntl dotlock\n'
