import type { RunningHost } from '../../engine/running-host.ts'
import type { Side } from '../../engine/side.ts'
import type { RigAddresses } from '../../servers/addresses.ts'
import type { Release } from '../../servers/release.ts'
import type { RenderContext } from '../../servers/rendering.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import type { Facts } from '../facts.ts'
import type { Adopted } from './adopted.ts'
import type { Finding } from './finding.ts'
import type { Listener } from './listening.ts'
import type { MtaSays } from './mta-says.ts'
import type { PlannedOverlay } from './overlay.ts'
import type { Surroundings } from './surroundings.ts'

/** Mail servers that nobody here configured, as they run in a rig. */
export interface ServedHost {
  adopted: Adopted
  /** Where it runs, for people: a release, or the image that it is. */
  label: string
  release: Release
  addresses: RigAddresses
  container: RunningHost
  /** It and what runs beside it, by the names of a compose file. */
  beside?: ReadonlyMap<string, RunningHost>
  /** Every host elsewhere. */
  upstream: Upstream
  dns: Surroundings['dns']
  /** PEM of the authority that signed the certificates; absent where they are the host's own. */
  authority?: string
  /** What the MTA says of its configuration; undefined where there is none. */
  says: MtaSays | undefined
  facts: Facts
  /** Why nobody can log in, where that is so. */
  noAccount: string | undefined
  overlays: readonly PlannedOverlay[]
  /** What the servers said while they read their files and started. */
  findings: readonly Finding[]
  listening: readonly Listener[]
  /** What an adapter is told of its server. */
  context: RenderContext
  /** Stops the MTA and starts it again; absent where only its image knows how. @throws {CommandError} with what it said. */
  restart?(): Promise<void>
  /** Where a port answers, seen from this process. @throws {EngineError} where containers are reached by published ports. */
  endpoint(port: number, side?: Side): { host: string; port: number; localAddress?: string }
  stop(): Promise<void>
}
