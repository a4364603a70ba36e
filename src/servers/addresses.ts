export type { Side } from '../engine/side.ts'
export type { RigAddresses, UpstreamAddress } from '../surroundings/rig-addresses.ts'
