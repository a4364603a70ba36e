import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { hopMailer } from './mailers.ts'
import { table } from './table.ts'

/** mailertable: mailbox domains to the mail store, routed domains to their next hop. Addresses in brackets skip MX. */
export function mailertable(topology: Topology, addresses: RigAddresses): string {
  const stored = Object.keys(topology.domains).map((domain): [string, string] => [domain, `store:[${addresses.store}]`])
  const routed = Object.entries(topology.routes).map(([domain, { upstream }]): [string, string] => [
    domain,
    nextHop(upstream, addresses),
  ])
  return table('mailertable', [...stored, ...routed])
}

/** An upstream as mailer and host, e.g. `relay:[192.0.2.1]`. */
export function nextHop(upstream: string, { upstreams }: RigAddresses): string {
  const hop = upstreams[upstream]
  if (!hop) throw new TypeError(`no address was given for upstream "${upstream}"`)
  return `${hopMailer(hop.port)}:[${hop.address}]`
}
