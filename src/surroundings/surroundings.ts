import type { FirstProcess } from '../engine/host-plan.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { RigAddresses } from './rig-addresses.ts'

/** What has to be known of a host before it has a place in the networks. */
export interface HostOutline {
  /** Present in the engine. */
  image: string
  /** The kernel's name of the host. */
  hostname: string
  firstProcess: FirstProcess
  /** Instead of the image's own. */
  command?: readonly string[]
  /** Whether it stands on the internet side too; every host stands on the lan. */
  internet: boolean
  /** Whether syncs do nothing there, and say that all went well; see {@link DisksWanted}. */
  ignoresSync?: boolean
  /** Path → name of the volume to mount there, from {@link Surroundings.volume} or {@link Surroundings.disk}. */
  volumes?: Readonly<Record<string, string>>
}

/** A host's place in the networks of a rig. IPv4 literals. */
export interface HostPlace {
  lan: string
  /** Absent where it does not stand there. */
  internet?: string
  /** IPv6 literals, where the networks have it. */
  ipv6?: Pick<HostPlace, 'lan' | 'internet'>
}

/** Servers whose queue or mail is to be on a disk of its own, whose power can be cut. */
export interface DisksWanted {
  of: readonly Role[]
  /** `ignored`: a sync does nothing and says that all went well. The control: a server on such a machine must lose. */
  sync: 'kept' | 'ignored'
  /** Size of each. */
  mebibytes: number
}

export type Role = 'mta' | 'store'

/** What is always mailrig's own and stands around the servers of a rig; made before any host, and knows no server. */
export interface Surroundings {
  /** CIDR networks. The host that mailrig runs on is the gateway of both; sessions come from there. */
  networks: RigAddresses['networks']
  /** The same in IPv6, where the topology asks for it. */
  ipv6Networks?: RigAddresses['networks']
  /** Where the rig's resolver answers, on port 53. */
  dns: string
  /** The fake next hops, by name. */
  upstreams: RigAddresses['upstreams']
  /** The milters and policy services that the topology declares; absent where there are none. */
  filters?: NonNullable<RigAddresses['filters']>
  /** The clients that the topology declares → their addresses on the internet. */
  clients: NonNullable<RigAddresses['clients']>
  /** The port that every outbound SMTP connection goes to when DNS names the host. */
  smtpPort: number
  /** PEM of the authority that signs the servers' certificates. */
  authority: string
  /** Whether the rig outlives this process, so that people and other programs use it. */
  kept: boolean
  /**
   * A certificate for a host. Where the rig is kept it names these addresses too: clients may know the host by them alone.
   * One at least, the best known first.
   */
  certificate(host: string, addresses: readonly [string, ...string[]]): Promise<ServerCertificate>
  /** PEM of the key with which mail of a domain is signed, by DKIM. The topology declares it. */
  signingKey(domain: string): string
  /** Gives a host a place. Nothing starts yet. The place is given back when the rig ends. */
  place(outline: HostOutline): HostPlace
  /** An address on the lan for a server that is started apart from the hosts. */
  address(what: string): string
  /** Absent: in a rig without faults. */
  disksWanted?: DisksWanted | undefined
  /** The name of the volume of a server's disk, which is there when the hosts start. */
  disk(of: Role): string
  /** A name for a volume that hosts share; removed when the rig ends. */
  volume(what: string): string
}
