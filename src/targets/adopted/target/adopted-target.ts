import type { Engine } from '../../../engine/engine.ts'
import type { Progress } from '../../../engine/progress.ts'
import type { Rig } from '../../../rig/rig.ts'
import type { World } from '../../../rig/world.ts'
import type { TopologyInput } from '../../../topology/schema.ts'
import type { AdoptedMta } from '../survey.ts'

/** A target whose configuration is the user's own, as far as it is known before it runs. */
export interface AdoptedTarget {
  /** The MTA; undefined where only the running host tells. */
  mta: AdoptedMta | undefined
  /** What it runs on, unless somebody asks for others: Debian releases; `image` or `compose` of what runs as it is. */
  releases: readonly string[]
  /**
   * Makes the image with its packages, where there is none yet, or sees that its images are there.
   *
   * @throws {InputError} IMAGE_ABSENT; {EngineError}
   */
  prepare(engine: Engine, release: string, progress: Progress): Promise<void>
  /**
   * Boots it.
   *
   * @throws {UnsupportedError} where it is not the world that the topology declares; {InputError} TARGET_DOES_NOT_START,
   * TARGET_WITHOUT_MTA; {EngineError}. Nothing is left then.
   */
  start(world: World, options: AdoptedStart): Promise<Rig>
}

export interface AdoptedStart {
  /** For reports, e.g. `production@trixie`. */
  name: string
  /** One of {@link AdoptedTarget.releases}, or for a folder another of Debian's. */
  release: string
  /** What tests rely on. Its names elsewhere are added to the usual ones. */
  topology: TopologyInput
}
