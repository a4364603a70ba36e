import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { networksNamed } from '../networks.ts'
import { accountLookups } from './account-lookups.ts'
import { list } from './config-text.ts'

/** The named lists that ACLs and routers share (Exim specification §10.5). */
export function namedLists(topology: Topology, addresses: RigAddresses): string[] {
  const accounts = accountLookups(topology, addresses)
  const mailbox = Object.keys(topology.domains)
  const virtual = Object.keys(topology.virtualAliasDomains)
  const local = [...new Set([topology.host, 'localhost', ...(topology.local?.domains ?? [])])].filter(
    (domain) => !mailbox.includes(domain) && !virtual.includes(domain),
  )
  return [
    named('domainlist', 'local_domains', local),
    `domainlist mailbox_domains = ${accounts.mailboxDomains}`.trimEnd(),
    `domainlist virtual_alias_domains = ${accounts.virtualAliasDomains}`.trimEnd(),
    named('domainlist', 'our_domains', ['+local_domains', '+mailbox_domains', '+virtual_alias_domains']),
    named('domainlist', 'relay_to_domains', topology.relayDomains),
    named('domainlist', 'renamed_domains', renamedDomains(topology)),
    named('hostlist', 'relay_from_hosts', [
      '127.0.0.1',
      ...(addresses.ipv6 ? ['::1'] : []),
      // A Sieve script's replies and redirections leave by way of this server.
      ...(addresses.store === undefined ? [] : [addresses.store]),
      ...(addresses.ipv6?.store === undefined ? [] : [addresses.ipv6.store]),
      ...trusted(topology, addresses),
    ]),
  ]
}

/** Domains that rewriting turns into one this server takes mail for: it takes mail for them as well. */
export function renamedDomains(topology: Topology): string[] {
  const ours = new Set([
    topology.host,
    ...Object.keys(topology.domains),
    ...Object.keys(topology.virtualAliasDomains),
    ...(topology.local?.domains ?? []),
    ...topology.relayDomains,
  ])
  return Object.entries(topology.rewriting.domains)
    .filter(([, to]) => ours.has(to))
    .map(([from]) => from)
}

function trusted(topology: Topology, addresses: RigAddresses): string[] {
  return topology.trustedNetworks.flatMap((network) => networksNamed(network, addresses))
}

function named(kind: 'domainlist' | 'hostlist', name: string, items: readonly string[]): string {
  return `${kind} ${name} =${items.length === 0 ? '' : ` ${list(items)}`}`
}
