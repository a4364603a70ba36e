import { inject, type RunnerTestFile } from 'vitest'
import type { ImageName } from '../engine/images.ts'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError, UnsupportedError } from '../errors/mailrig-error.ts'
import { projectName } from '../report/project-name.ts'
import type { MatrixCell, OwnConfiguration } from '../report/provided-context.ts'
import { imagesBeside } from '../rig/open-run.ts'
import type { Rig } from '../rig/rig.ts'
import { runningPlatform } from '../rig/running-platform.ts'
import type { World } from '../rig/world.ts'
import type { Feature, StoreFeature } from '../servers/feature.ts'
import { mtaNamed, releaseNamed } from '../servers/registry.ts'
import type { DisksWanted } from '../surroundings/surroundings.ts'
import type { AdoptedTarget } from '../targets/adopted/target/adopted-target.ts'
import { readTarget } from '../targets/adopted/target/read-target.ts'
import { lackOf, type Platform } from '../targets/platform.ts'
import { platformNamed } from '../targets/platform-named.ts'
import type { TopologyInput } from '../topology/schema.ts'
import type { Topology } from '../topology/topology.ts'
import { startMutatedRig } from './mutated-rig.ts'

/** Where a scenario file runs when no project says so: `vitest` without mailrig's matrix. */
const DEFAULT_CELL: MatrixCell = { mta: 'postfix', release: 'bookworm' }

/** What a scenario wants to run on. */
export interface Wanted {
  input: TopologyInput
  topology: Topology
  needs: readonly (Feature | StoreFeature)[]
  /** The target that it is about; undefined: any. */
  target?: string | undefined
  /** For faults. */
  disks?: DisksWanted | undefined
  /** For faults: whether the clocks of the servers can be put ahead. */
  clock?: boolean | undefined
}

/** The servers that a project runs its scenarios on. */
export interface ProjectTarget {
  /**
   * What software it is, where it is known who may be asked; the MTA and release of a target with the user's own
   * configuration are known when that has been read. Undefined where only the running servers tell.
   */
  platform(): Promise<Platform | undefined>
  /** Images that such a topology needs there, beside those that the run has built before its first test. */
  imagesFor(topology: Topology): ImageName[]
  /** Why the scenarios cannot run there, as far as it is known before anything starts. */
  lacking(wanted: Wanted): Promise<string | undefined>
  /**
   * @param file the test file, which may be run for `mailrig mutate`
   * @throws {UnsupportedError} with the reason, where only the start tells it
   */
  start(wanted: Wanted, world: World, file: RunnerTestFile): Promise<Rig>
}

/**
 * The target of the project that runs.
 *
 * @param about the target that scenarios are about
 * @throws {InputError} TARGET_UNKNOWN where they are about one that the configuration does not have.
 */
export function projectTarget(about?: string): ProjectTarget {
  const cell = inject('mailrig') ?? DEFAULT_CELL
  const { targets = [] } = cell
  if (about !== undefined && !targets.includes(about)) {
    throw new InputError(`there is no target ${JSON.stringify(about)}; ${oneOfThese(about, targets)}`, {
      code: 'TARGET_UNKNOWN',
      remedy: `Declare it in the configuration of vitest: mailrigProjects({ targets: { ${about}: './etc' } }).`,
    })
  }
  return cell.adopted ? ownTarget(cell, cell.adopted) : renderedTarget(platformNamed(cell))
}

function renderedTarget(platform: Platform): ProjectTarget {
  return {
    platform: async () => platform,
    imagesFor: (topology) => imagesBeside(topology, platform),
    async lacking({ input, needs, target }) {
      return target !== undefined && Object.keys(input).length === 0
        ? `it is about the target ${JSON.stringify(target)}, and declares no topology for others`
        : lackOf(platform, needs)
    },
    async start({ topology, disks, clock }, world, file) {
      return startMutatedRig({ topology, platform, world, disksWanted: disks, clock }, file)
    },
  }
}

const read = new Map<string, Promise<AdoptedTarget>>()

/** Each file of a worker would read the same folder. */
function readOnce(source: OwnConfiguration): Promise<AdoptedTarget> {
  const key = JSON.stringify(source)
  const known = read.get(key) ?? readTarget(source)
  read.set(key, known)
  return known
}

/** The rig, where its servers have what is needed. @throws {UnsupportedError} TARGET_CANNOT; it is stopped then */
async function withNeeds(rig: Rig, needs: Wanted['needs']): Promise<Rig> {
  const lack = lackOf(runningPlatform(rig), needs)
  if (lack === undefined) return rig
  await rig.stop()
  throw new UnsupportedError(lack, { code: 'TARGET_CANNOT', remedy: 'Leave this to targets that have the feature.' })
}

function ownTarget(cell: MatrixCell, source: OwnConfiguration): ProjectTarget {
  const { mta: name, release } = cell
  const platform = async (): Promise<Platform | undefined> => {
    if (!('etc' in source)) return undefined
    const { mta } = await readOnce(source)
    return { mta: mtaNamed(mta ?? ''), release: releaseNamed(release) }
  }
  return {
    platform,
    imagesFor: () => [],
    async lacking({ needs, target, disks, clock }) {
      if (disks) return 'mailrig lays a disk below the queue of servers that it has configured, and of no others'
      if (clock) return 'mailrig sets the clock of servers that it has configured, and of no others'
      if (target !== undefined && target !== name) return `it is about the target ${JSON.stringify(target)}`
      const known = needs.length === 0 ? undefined : await platform()
      return known && lackOf(known, needs)
    },
    async start({ input, needs }, world) {
      const target = await readOnce(source)
      const rig = await target.start(world, { name: projectName(cell), release, topology: input })
      return target.mta === undefined ? withNeeds(rig, needs) : rig
    },
  }
}
