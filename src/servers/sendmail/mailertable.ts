import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { hostsOf } from '../../topology/hops.ts'
import type { Hop, Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { hopAddress } from '../hop-address.ts'
import { hopMailer, SMTP_PORT } from './mailers.ts'
import { table } from './table.ts'

/** mailertable: mailbox domains to the mail store, routed domains to their next hop. Addresses in brackets skip MX. */
export function mailertable(topology: Topology, addresses: RigAddresses): string {
  const stored = Object.keys(topology.domains).map((domain): [string, string] => [domain, `store:[${addresses.store}]`])
  const routed = Object.entries(topology.routes).map(([domain, hop]): [string, string] => [
    domain,
    nextHop(hop, addresses),
  ])
  return table('mailertable', [...stored, ...routed])
}

/**
 * A next hop as mailer and hosts in the order in which they are tried, e.g. `relay:[192.0.2.1]:[192.0.2.2]`.
 *
 * @throws {UnsupportedError} where its hosts have several ports: those belong to the mailer
 */
export function nextHop(hop: Hop, addresses: RigAddresses): string {
  const hosts = hostsOf(hop).map((one) => hopAddress(one, addresses))
  const [port = SMTP_PORT, ...others] = new Set(hosts.map((host) => host.port))
  const protocols = new Set(hostsOf(hop).map(({ protocol }) => protocol))
  if (others.length > 0 || protocols.size > 1) {
    throw new UnsupportedError('a mailer of sendmail has one port and one protocol for all hosts that it tries', {
      code: 'SENDMAIL_MIXED_FALLBACK',
      remedy: 'Give all hosts of this next hop the same port, or leave sendmail out of the matrix for this topology.',
    })
  }
  return `${hopMailer(port, hop.protocol)}:${hosts.map(({ address }) => `[${address}]`).join(':')}`
}
