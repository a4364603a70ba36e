import type { Topology } from '../../topology/topology.ts'
import { filterServersOf } from './filter-servers.ts'

/** What the MTA does with mail while a filter cannot be asked. */
type OnFailure = 'tempfail' | 'reject' | 'accept'

/** A filter that is asked, as an MTA's configuration needs it. */
export interface AskedFilter {
  name: string
  port: number
  onFailure: OnFailure
}

/** Debian's milters of a topology, in their order. */
export function milterServers(topology: Topology): AskedFilter[] {
  return asked(topology, 'milter')
}

/** Its policy services, which are asked at RCPT. */
export function policyServers(topology: Topology): AskedFilter[] {
  return asked(topology, 'policy')
}

function asked(topology: Topology, protocol: 'milter' | 'policy'): AskedFilter[] {
  return filterServersOf(topology)
    .filter((server) => server.protocol === protocol)
    .map(({ name, ports: [port = 0] }) => ({
      name,
      port,
      onFailure: topology.filters[name as keyof Topology['filters']]?.onFailure ?? 'tempfail',
    }))
}
