import { networksNamed } from '../networks.ts'
import type { FilterContext } from './filter-server.ts'

/** Clients whose mail is this server's own: it is signed, and nobody asks whether they may send. CIDR. */
export function trustedClients({ topology, addresses }: Pick<FilterContext, 'topology' | 'addresses'>): string[] {
  return [
    '127.0.0.0/8',
    ...(addresses.ipv6 ? ['::1/128'] : []),
    // The mail store: what a Sieve script sends leaves by way of the MTA.
    ...(addresses.store === undefined ? [] : [`${addresses.store}/32`]),
    ...(addresses.ipv6?.store === undefined ? [] : [`${addresses.ipv6.store}/128`]),
    ...topology.trustedNetworks.flatMap((network) => networksNamed(network, addresses)),
  ]
}

/** The same as a file with a network a line. */
export function trustedFile(context: FilterContext): string {
  return trustedClients(context)
    .map((network) => `${network}\n`)
    .join('')
}
