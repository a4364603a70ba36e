export type { Side } from '../engine/side.ts'
export type { Ipv6Addresses, RigAddresses } from '../surroundings/rig-addresses.ts'
