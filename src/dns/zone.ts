import { isIPv4 } from 'node:net'
import { InputError } from '../errors/mailrig-error.ts'
import { ipv6Groups } from '../surroundings/ipv6-groups.ts'
import type { Ipv6Addresses, RigAddresses } from '../surroundings/rig-addresses.ts'
import type { Topology } from '../topology/topology.ts'

/** Names that every rig has beside those of its topology. */
export const RIG_NAMES = {
  store: 'store.rig.test',
  database: 'database.rig.test',
  filters: 'filters.rig.test',
  dns: 'dns.rig.test',
  /** Who a session from the internet side comes from. */
  client: 'client.example',
  /** Who a session from the lan side comes from. */
  lanClient: 'client.lan.example',
} as const

export type ZoneRecord =
  | { type: 'A' | 'AAAA' | 'CNAME' | 'PTR'; data: string }
  | { type: 'MX'; data: { preference: number; exchange: string } }
  | { type: 'TXT'; data: Buffer[] }

/** Everything the resolver knows for one rig: lower-case name without final dot → its records. */
export interface Zone {
  readonly records: ReadonlyMap<string, readonly ZoneRecord[]>
  /** Names that only stand above others, such as `example` above `client.example`: they exist, empty (RFC 8020). */
  readonly ancestors: ReadonlySet<string>
  /** Names about which questions are not answered as they should be. */
  readonly faults?: ReadonlyMap<string, readonly ZoneFault[]>
}

/** A TXT record that is made for the rig. */
export interface ZoneText {
  name: string
  text: string
}

/** How a question fails, and for which record types. */
export interface ZoneFault {
  how: 'servfail' | 'timeout' | 'truncated'
  types: 'all' | readonly string[]
}

/** A name under `in-addr.arpa` (RFC 1035 §3.5), e.g. `198.18.0.2` → `2.0.18.198.in-addr.arpa`; of IPv6 under `ip6.arpa` (RFC 3596 §2.5). */
export function reverseName(address: string): string {
  return `${reverseLabels(address)}.${address.includes(':') ? 'ip6' : 'in-addr'}.arpa`
}

function reverseLabels(address: string): string {
  const labels = address.includes(':') ? [...ipv6Groups(address).join('')] : address.split('.')
  return labels.reverse().join('.')
}

/** Collects records by name; the first PTR of an address stays, a repeated record is dropped. */
class ZoneBuilder {
  readonly records = new Map<string, ZoneRecord[]>()
  readonly faults = new Map<string, ZoneFault[]>()

  /** Makes the name exist, if only without records. */
  name(name: string): ZoneRecord[] {
    const known = this.records.get(name.toLowerCase())
    if (known) return known
    const records: ZoneRecord[] = []
    this.records.set(name.toLowerCase(), records)
    return records
  }

  has(name: string): boolean {
    return this.records.has(name.toLowerCase())
  }

  address(name: string, address: string): void {
    const records = this.name(name)
    const type = address.includes(':') ? 'AAAA' : 'A'
    if (!records.some((record) => record.type === type && record.data === address)) {
      records.push({ type, data: address })
    }
  }

  fault(name: string, how: ZoneFault['how'], types: true | readonly string[]): void {
    this.name(name)
    const key = name.toLowerCase()
    this.faults.set(key, [...(this.faults.get(key) ?? []), { how, types: types === true ? 'all' : types }])
  }

  exchanger(domain: string, exchange: string, preference = 10): void {
    this.name(domain).push({ type: 'MX', data: { preference, exchange } })
  }

  reverse(address: string, name: string): void {
    const records = this.name(reverseName(address))
    if (records.length === 0) records.push({ type: 'PTR', data: name })
  }

  build(): Zone {
    const ancestors = new Set<string>([''])
    for (const name of this.records.keys()) {
      const labels = name.split('.')
      for (let index = 1; index < labels.length; index++) ancestors.add(labels.slice(index).join('.'))
    }
    return { records: this.records, ancestors, faults: this.faults }
  }
}

/**
 * The DNS of one rig, pure: what the topology declares, and the addresses it was given.
 *
 * Own domains lead to the MTA, other declared domains to their exchangers, `relayDomains` and routed domains to the
 * upstream named `upstream`; a domain in `internet` overrides what the others would say of it. What stands nowhere does
 * not exist.
 *
 * @param texts records beside, such as the public halves of keys
 * @throws {InputError} ZONE_INVALID when an entry of `a` is neither an upstream nor an IPv4 address.
 */
export function buildZone(topology: Topology, addresses: RigAddresses, texts: readonly ZoneText[] = []): Zone {
  const zone = new ZoneBuilder()
  for (const { name, text } of texts) zone.name(name).push({ type: 'TXT', data: splitText(text) })
  const upstream = (name: string) => addresses.upstreams[name]

  for (const [domain, remote] of Object.entries(topology.internet)) {
    zone.name(domain)
    for (const mx of remote.mx) {
      const exchange = mx.host ?? (mx.upstream === undefined ? undefined : upstream(mx.upstream)?.host)
      if (exchange !== undefined) zone.exchanger(domain, exchange, mx.preference)
    }
    for (const entry of remote.a) zone.address(domain, upstream(entry)?.address ?? checkAddress(entry, domain))
    for (const data of remote.aaaa) zone.name(domain).push({ type: 'AAAA', data })
    if (remote.cname !== undefined) zone.name(domain).push({ type: 'CNAME', data: remote.cname })
    for (const text of remote.txt) zone.name(domain).push({ type: 'TXT', data: splitText(text) })
    for (const how of FAULTS) if (remote[how] !== undefined) zone.fault(domain, how, remote[how])
  }
  for (const [list, settings] of Object.entries(topology.dnsbl)) addBlocklist(zone, list, settings, addresses)

  const own = [
    ...Object.keys(topology.domains),
    ...Object.keys(topology.virtualAliasDomains),
    ...(topology.local?.domains ?? []),
    // Senders and shown domains must resolve too, or a strict receiver refuses them.
    topology.origin,
    ...(topology.rewriting.masqueradeAs === undefined ? [] : [topology.rewriting.masqueradeAs]),
  ]
  for (const domain of own) {
    if (zone.has(domain)) continue
    zone.exchanger(domain, topology.host)
    zone.address(domain, addresses.mta.internet)
  }
  const defaultUpstream = upstream('upstream')
  for (const domain of [...topology.relayDomains, ...Object.keys(topology.routes)]) {
    if (defaultUpstream && !zone.has(domain)) zone.exchanger(domain, defaultUpstream.host)
  }

  zone.address(topology.host, addresses.mta.internet)
  zone.reverse(addresses.mta.internet, topology.host)
  zone.reverse(addresses.mta.lan, topology.host)
  if (addresses.store !== undefined) {
    zone.address(RIG_NAMES.store, addresses.store)
    zone.reverse(addresses.store, RIG_NAMES.store)
  }
  if (addresses.database !== undefined) {
    zone.address(RIG_NAMES.database, addresses.database)
    zone.reverse(addresses.database, RIG_NAMES.database)
  }
  if (addresses.filterServers !== undefined) {
    zone.address(RIG_NAMES.filters, addresses.filterServers)
    zone.reverse(addresses.filterServers, RIG_NAMES.filters)
  }
  for (const [name, { ptr }] of Object.entries(topology.clients)) {
    const address = addresses.clients?.[name]
    if (address === undefined) continue
    zone.address(name, address)
    if (ptr !== false) zone.reverse(address, ptr === true ? name : ptr)
  }
  // The gateways before the upstreams: where they share an address, it is first of all the address clients come from.
  zone.address(RIG_NAMES.client, addresses.networks.internet.gateway)
  zone.reverse(addresses.networks.internet.gateway, RIG_NAMES.client)
  zone.address(RIG_NAMES.lanClient, addresses.networks.lan.gateway)
  zone.reverse(addresses.networks.lan.gateway, RIG_NAMES.lanClient)
  for (const { host, address } of Object.values(addresses.upstreams)) {
    zone.address(host, address)
    zone.reverse(address, host)
  }
  if (addresses.ipv6) addIpv6(zone, topology, addresses, addresses.ipv6)
  zone.address(RIG_NAMES.dns, addresses.dns)
  zone.reverse(addresses.dns, RIG_NAMES.dns)
  zone.address('localhost', '127.0.0.1')
  zone.reverse('127.0.0.1', 'localhost')
  return zone.build()
}

/** The same hosts by IPv6, but for upstreams: which address of two an MTA takes is its own affair. */
function addIpv6(
  zone: ZoneBuilder,
  { host }: Topology,
  { upstreams }: RigAddresses,
  { networks, mta, store }: Ipv6Addresses,
): void {
  const named = (name: string, address: string) => {
    zone.address(name, address)
    zone.reverse(address, name)
  }
  named(host, mta.internet)
  zone.reverse(mta.lan, host)
  if (store !== undefined) named(RIG_NAMES.store, store)
  named(RIG_NAMES.client, networks.internet.gateway)
  named(RIG_NAMES.lanClient, networks.lan.gateway)
  for (const [name, { ipv6 }] of Object.entries(upstreams)) if (ipv6 !== undefined) named(ipv6HostOf(name), ipv6)
}

/** The name by which an upstream is found by IPv6 alone. */
export function ipv6HostOf(upstream: string): string {
  return `${upstream}.ipv6.example`
}

const FAULTS = ['servfail', 'timeout', 'truncated'] as const

/** RFC 5782 §2.1, of IPv6 §2.4; the entry for 127.0.0.2 is in every list, so that it can be tested (§5). */
function addBlocklist(
  zone: ZoneBuilder,
  list: string,
  { listed, text }: Topology['dnsbl'][string],
  { networks, clients = {}, ipv6 }: RigAddresses,
): void {
  zone.name(list)
  const addressesOf = (client: string) =>
    client === 'lan' || client === 'internet'
      ? [networks[client].gateway, ...(ipv6 ? [ipv6.networks[client].gateway] : [])]
      : [clients[client] ?? client]
  for (const [client, codes] of Object.entries({ ...listed, '127.0.0.2': ['127.0.0.2'] })) {
    for (const address of addressesOf(client)) {
      const entry = `${reverseLabels(address)}.${list}`
      for (const code of codes) zone.address(entry, code)
      if (text !== undefined) zone.name(entry).push({ type: 'TXT', data: splitText(text) })
    }
  }
}

function checkAddress(entry: string, domain: string): string {
  if (isIPv4(entry)) return entry
  throw new InputError(
    `internet["${domain}"].a: "${entry}" is neither an upstream of the topology nor an IPv4 address`,
    {
      code: 'ZONE_INVALID',
      remedy: 'Write an address such as "192.0.2.1", or the name of an upstream.',
    },
  )
}

/** A TXT record is a list of strings of at most 255 octets each (RFC 1035 §3.3). */
function splitText(text: string): Buffer[] {
  const octets = Buffer.from(text, 'utf8')
  const strings: Buffer[] = []
  for (let start = 0; start === 0 || start < octets.length; start += 255)
    strings.push(octets.subarray(start, start + 255))
  return strings
}
