import { UnsupportedError } from '../../errors/mailrig-error.ts'
import { hostsOf, isImplicit } from '../../topology/hops.ts'
import type { Hop } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { hopAddress } from '../hop-address.ts'
import type { RenderContext } from '../rendering.ts'
import type { Table } from './table.ts'

/** The transport whose TLS begins with the first octet, beside Debian's own `smtp`. */
export const IMPLICIT_TLS_TRANSPORT = 'smtps'

/** A host of a next hop: brackets turn off the MX look-up (transport(5)). */
export function hopHost(hop: Pick<Hop, 'upstream' | 'port'>, addresses: RigAddresses): string {
  const { address, port } = hopAddress(hop, addresses)
  return `[${address}]:${port}`
}

/** A next hop and its fallbacks, in the order in which smtp(8) tries them. */
export function nextHop(hop: Hop, addresses: RigAddresses): string {
  return hostsOf(hop)
    .map((host) => hopHost(host, addresses))
    .join(', ')
}

/** `transport:nexthop`. @throws {UnsupportedError} where its hosts are not all spoken to in the same way */
export function transportTo(hop: Hop, addresses: RigAddresses): string {
  const kinds = new Set(
    hostsOf(hop).map(({ tls, protocol }) =>
      protocol === 'lmtp' ? 'lmtp' : isImplicit(tls) ? IMPLICIT_TLS_TRANSPORT : 'smtp',
    ),
  )
  if (kinds.size > 1) {
    throw new UnsupportedError(
      'one transport of Postfix tries all hosts of a next hop, and speaks the same protocol to all of them, with TLS from the first octet or without',
      {
        code: 'POSTFIX_MIXED_FALLBACK',
        remedy:
          'Reach all hosts of this next hop in the same way, or leave Postfix out of the matrix for this topology.',
      },
    )
  }
  return `${[...kinds].join('')}:${nextHop(hop, addresses)}`
}

/** transport(5): domain → next hop. */
export function transports({ topology, addresses }: RenderContext): Table {
  return Object.fromEntries(
    Object.entries(topology.routes).map(([domain, hop]) => [domain, transportTo(hop, addresses)]),
  )
}

/** sender_dependent_default_transport_maps: sender, or `@domain` of it → next hop. */
export function senderTransports({ topology, addresses }: RenderContext): Table {
  return Object.fromEntries(
    Object.entries(topology.senderRoutes).map(([sender, hop]) => [
      sender.includes('@') ? sender : `@${sender}`,
      transportTo(hop, addresses),
    ]),
  )
}
