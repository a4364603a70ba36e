import type { Release } from '../servers/release.ts'
import type { Topology } from '../topology/topology.ts'

/** What a server with a rig's accounts is made of. */
export interface DatabaseOptions {
  topology: Topology
  release: Release
  /** On the lan. */
  address: string
}
