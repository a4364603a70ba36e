import type { Side } from '../engine/side.ts'

export interface UpstreamAddress {
  address: string
  port: number
  host: string
  /** Other ports it has: as the topology names them → where they are. The same where the upstream has an address of its own. */
  ports?: Readonly<Record<number, number>>
  /** Where it answers by IPv6, on port 25, where it does. */
  ipv6?: string
}

/** Where a filter answers that mailrig plays. */
export interface FilterAddress {
  address: string
  port: number
}

/** The same in IPv6, where the networks of a rig have it. */
export interface Ipv6Addresses {
  networks: RigAddresses['networks']
  mta: RigAddresses['mta']
  store?: string
}

/** Addresses known before any container starts, so that every server can be rendered at once. IPv4 literals. */
export interface RigAddresses {
  /**
   * CIDR networks. Sessions come from the gateway address: the host's on a local engine, that of a container which
   * stands in its place elsewhere.
   */
  networks: Record<Side, { subnet: string; gateway: string }>
  mta: Record<Side, string>
  /** The mail store stands on `lan` only. Absent when the topology declares no mailbox. */
  store?: string
  /** PostgreSQL, on `lan` only. Absent unless the topology has its accounts there. */
  database?: string
  /** The rig's resolver. */
  dns: string
  /** Upstream name → where it answers. Port 25 where the host can listen there, another port elsewhere. */
  upstreams: Record<string, UpstreamAddress>
  /** The milters and policy services that the topology declares, by name. */
  filters?: { milters: Readonly<Record<string, FilterAddress>>; policies: Readonly<Record<string, FilterAddress>> }
  /** Debian's own filters, on `lan` only. Absent where the topology has none of them. */
  filterServers?: string
  /** Declared clients on the internet → the address each comes from. */
  clients?: Readonly<Record<string, string>>
  /** The port that every outbound SMTP connection goes to when DNS names the host: that of the upstreams. */
  smtpPort: number
  /** IPv6 literals; absent where the topology does not ask for them. */
  ipv6?: Ipv6Addresses
}
