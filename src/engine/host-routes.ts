import { readFile } from 'node:fs/promises'

/**
 * The subnets of 24 bits and longer that an interface of this host leads to already, as `198.18.7.0`: the first three
 * octets are what counts. Wider routes do not matter, the longest prefix wins.
 *
 * An engine knows only its own networks. Where it ended in the middle of removing one, the bridge stays behind with its
 * address and its route, and a new network of the same subnet is out of the host's reach.
 */
export async function routedSubnets(): Promise<ReadonlySet<string>> {
  // Linux only; elsewhere the engine's networks are in a virtual machine, away from the host's routes.
  return subnetsIn(await readFile('/proc/net/route', 'utf8').catch(() => ''))
}

/** Reads /proc/net/route, proc(5): a table with a heading, addresses as hexadecimal numbers in the host's byte order. */
export function subnetsIn(table: string): ReadonlySet<string> {
  const [heading = '', ...rows] = table.split('\n')
  const names = heading.trim().split(/\s+/)
  const [destination, mask] = [names.indexOf('Destination'), names.indexOf('Mask')]
  const subnets = new Set<string>()
  for (const row of rows) {
    const cells = row.trim().split(/\s+/)
    const [network, bits] = [octets(cells[destination]), octets(cells[mask])]
    if (network && bits?.slice(0, 3).every((octet) => octet === 255)) {
      subnets.add(`${network.slice(0, 3).join('.')}.0`)
    }
  }
  return subnets
}

/** Every machine that Node and Docker run on is little-endian: the last two digits are the first octet. */
function octets(hex: string | undefined): number[] | undefined {
  if (hex === undefined || !/^[0-9A-Fa-f]{8}$/.test(hex)) return undefined
  return [...Buffer.from(hex, 'hex')].reverse()
}
