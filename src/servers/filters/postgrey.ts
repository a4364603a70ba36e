import type { FilterServer } from './filter-server.ts'
import { trustedFile } from './trusted.ts'

/** postgrey(8): puts off a client, sender and recipient that it sees together for the first time. */
export const postgrey: FilterServer = {
  name: 'postgrey',
  title: 'postgrey',
  protocol: 'policy',
  ports: [10023],
  user: 'postgrey',
  wanted: ({ filters }) => filters.postgrey !== undefined,
  command: ({ topology }) =>
    `postgrey --inet=0.0.0.0:10023 --delay=${topology.filters.postgrey?.delay ?? 300} --whitelist-clients=/etc/postgrey/trusted`,
  // Instead of the package's list of hosts that never try again: a rig's clients are none of them.
  files: (context) => [{ path: '/etc/postgrey/trusted', content: trustedFile(context) }],
}
