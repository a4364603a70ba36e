import { hopsOf } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'

/**
 * Entries of the access table with the login at each next hop, by its address.
 *
 * @see cf/README of sendmail, "Providing SMTP AUTH Data when sendmail acts as Client"
 */
export function authInfoEntries(topology: Topology, { upstreams }: RigAddresses): [string, string][] {
  return hopsOf(topology).flatMap(({ upstream, auth }) => {
    if (!auth) return []
    const { user, password, mechanism } = auth
    const parts = [`U:${user}`, `I:${user}`, `P:${password}`, ...(mechanism === undefined ? [] : [`M:${mechanism}`])]
    return [[`AuthInfo:${upstreams[upstream]?.address}`, parts.map((part) => `"${part}"`).join(' ')]]
  })
}
