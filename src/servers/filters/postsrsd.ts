import { ownNames } from '../own-names.ts'
import { SRS_SECRET } from '../srs-secret.ts'
import type { FilterServer } from './filter-server.ts'

const SECRET = '/etc/mailrig/keys-of-postsrsd/secret'

/** Where it answers for senders that go out, and for recipients that come back (tcp_table(5)). */
export const SRS_PORTS = { forward: 10_001, reverse: 10_002 }

/** postsrsd(8): rewrites the senders of mail that is forwarded (SRS). */
export const postsrsd: FilterServer = {
  name: 'postsrsd',
  title: 'PostSRSd',
  protocol: 'table',
  ports: Object.values(SRS_PORTS),
  user: 'postsrsd',
  wanted: ({ rewriting }) => rewriting.srs !== undefined,
  command: ({ topology }) =>
    [
      'postsrsd',
      `-f${SRS_PORTS.forward}`,
      `-r${SRS_PORTS.reverse}`,
      '-l0.0.0.0',
      `-d${topology.rewriting.srs}`,
      `-s${SECRET}`,
      // Mail of one's own domains leaves as it is.
      `-X${ownNames(topology).join(',')}`,
    ].join(' '),
  files: () => [{ path: SECRET, content: `${SRS_SECRET}\n`, mode: 0o600 }],
}
