export type { Side } from '../engine/side.ts'
export { ipv6Groups } from '../surroundings/ipv6-groups.ts'
export type { Ipv6Addresses, RigAddresses } from '../surroundings/rig-addresses.ts'
