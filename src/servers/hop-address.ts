import type { Hop } from '../topology/topology.ts'
import type { RigAddresses } from './addresses.ts'

/** Where a next hop answers. */
export interface HopAddress {
  address: string
  port: number
  host: string
}

/** @throws {RangeError} where no address is known for the upstream */
export function hopAddress(
  { upstream, port }: Pick<Hop, 'upstream' | 'port'>,
  { upstreams }: RigAddresses,
): HopAddress {
  const at = upstreams[upstream]
  if (!at) throw new RangeError(`no address is known for the upstream ${JSON.stringify(upstream)}`)
  return { address: at.address, host: at.host, port: port === undefined ? at.port : (at.ports?.[port] ?? port) }
}
