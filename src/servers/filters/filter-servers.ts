import type { ServerFile } from '../../engine/server-file.ts'
import type { Topology } from '../../topology/topology.ts'
import type { FilterContext, FilterProtocol, FilterServer } from './filter-server.ts'
import { opendkim } from './opendkim.ts'
import { opendmarc } from './opendmarc.ts'
import { policydSpf } from './policyd-spf.ts'
import { postgrey } from './postgrey.ts'
import { postsrsd } from './postsrsd.ts'
import { rspamd } from './rspamd.ts'

/**
 * Debian's filters in the order in which an MTA asks them: who tells of a message comes before who judges by what is told
 * (OpenDMARC goes by the results of policyd-spf and OpenDKIM).
 */
export const FILTER_SERVERS: readonly FilterServer[] = [policydSpf, postgrey, opendkim, opendmarc, rspamd, postsrsd]

/** The folder of their image, below docker/. */
export const FILTERS_IMAGE = 'filters'

/** Those that a topology names. */
export function filterServersOf(topology: Topology): FilterServer[] {
  return FILTER_SERVERS.filter(({ wanted }) => wanted(topology))
}

/** Those of them that an MTA asks. */
export function filterServersFor(
  { asksFilters = [] }: { asksFilters?: readonly FilterProtocol[] },
  topology: Topology,
): FilterServer[] {
  return filterServersOf(topology).filter(({ protocol }) => asksFilters.includes(protocol))
}

/** What the host of the filters is made of. */
export function filterFiles(servers: readonly FilterServer[], context: FilterContext): ServerFile[] {
  const lines = servers.map((server) => `${server.name} ${server.user} ${server.command(context)}\n`)
  return [
    ...servers.flatMap((server) => server.files(context)),
    { path: '/etc/mailrig/filters', content: lines.join('') },
  ]
}
