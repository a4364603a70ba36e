export type { Side } from '../engine/side.ts'
export type { RigAddresses } from '../surroundings/rig-addresses.ts'
