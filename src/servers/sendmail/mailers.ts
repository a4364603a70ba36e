import { hopsOf } from '../../topology/hops.ts'
import type { Hop, Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { hopAddress } from '../hop-address.ts'
import { STORE_PORTS } from '../store-ports.ts'

/** The port an MTA listens on (RFC 5321 §4.5.4.2); sendmail's own mailers go there. */
export const SMTP_PORT = 25

/**
 * The mailer that hands mail to the mail store by LMTP (RFC 2033) under its full address: the `cyrusv2` mailer that
 * comes with sendmail would strip the domain. Its addresses are qualified and otherwise left alone, as masquerading is
 * for mail that leaves.
 */
export const STORE_MAILER = [
  'SStoreAddress',
  'R$+\t\t\t$: $>PseudoToReal $1',
  'R$+\t\t\t$: $>MasqSMTP $1',
  'R$* < @ *LOCAL* > $*\t$: $1 < @ $j . > $2',
  '',
  'Mstore,\t\tP=[IPC], F=lsDFMnqXzm, S=StoreAddress/StoreAddress, R=StoreAddress/StoreAddress, E=\\r\\n,',
  '\t\tT=DNS/RFC822/SMTP,',
  `\t\tA=TCP $h ${STORE_PORTS.lmtp}`,
]

/** The mailer for a next hop: sendmail's own `relay`, or its like for another port. */
export function hopMailer(port: number, protocol: Hop['protocol']): string {
  if (protocol === 'lmtp') return `lmtp${port}`
  return port === SMTP_PORT ? 'relay' : `relay${port}`
}

/** Definitions of the mailers that {@link hopMailer} names beyond sendmail's own: `relay` with another port, or by LMTP (`z`). */
export function hopMailers(topology: Topology, addresses: RigAddresses): string[] {
  const ports = new Set(
    Object.values(addresses.upstreams).flatMap(({ port, ports = {} }) => [port, ...Object.values(ports)]),
  )
  ports.delete(SMTP_PORT)
  const byLmtp = new Set(
    hopsOf(topology).flatMap((hop) => (hop.protocol === 'lmtp' ? [hopAddress(hop, addresses).port] : [])),
  )
  return [
    ...[...ports].flatMap((port) => mailer(hopMailer(port, 'smtp'), 'mDFMuXa8', port)),
    ...[...byLmtp].flatMap((port) => mailer(hopMailer(port, 'lmtp'), 'mDFMuXz8', port)),
  ]
}

function mailer(name: string, flags: string, port: number): string[] {
  return [
    `M${name},\tP=[IPC], F=${flags}, S=EnvFromSMTP/HdrFromSMTP, R=MasqSMTP, E=\\r\\n, L=2040,`,
    '\t\tT=DNS/RFC822/SMTP,',
    `\t\tA=TCP $h ${port}`,
  ]
}
