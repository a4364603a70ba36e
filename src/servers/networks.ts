import type { RigAddresses, Side } from './addresses.ts'

/**
 * The networks that an entry of a topology stands for, CIDR: `lan` and `internet` are those of the rig, of both kinds where it
 * has IPv6; `lan-ipv6` and the like are of one kind.
 *
 * @example
 * networksNamed('lan', addresses) // ['198.18.7.0/24', 'fd00:c612:7::/64']
 */
export function networksNamed(network: string, { networks, ipv6 }: Pick<RigAddresses, 'networks' | 'ipv6'>): string[] {
  const [, side, kind] = /^(lan|internet)(?:-(ipv[46]))?$/.exec(network) ?? []
  if (side === undefined) return [network]
  const of = (all: RigAddresses['networks'] | undefined) => (all ? [all[side as Side].subnet] : [])
  return [...(kind === 'ipv6' ? [] : of(networks)), ...(kind === 'ipv4' ? [] : of(ipv6?.networks))]
}
