import type { Engine } from '../engine/engine.ts'
import { terminalProgress } from '../engine/progress.ts'
import { UnsupportedError } from '../errors/mailrig-error.ts'
import { disksWanted } from '../faults/disk-options.ts'
import { targetProject } from '../report/project-name.ts'
import { imageOptionsOf, prepareEngine } from '../rig/open-run.ts'
import type { Rig } from '../rig/rig.ts'
import { runningPlatform } from '../rig/running-platform.ts'
import { startRig } from '../rig/start-rig.ts'
import type { World } from '../rig/world.ts'
import { equipmentOf } from '../session-file/equipment.ts'
import type { LoadedSessionFile } from '../session-file/load.ts'
import { lackingFor } from '../session-file/runs-on.ts'
import type { Platform } from '../targets/platform.ts'
import { platformNamed } from '../targets/platform-named.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology } from '../topology/topology.ts'
import { chooseTargets } from './choose.ts'
import { type ChosenOwn, type OwnChoice, ownTarget, refuseBeside } from './own-target.ts'

/** The options of `play` that choose servers. */
export interface PlayChoice extends OwnChoice {
  mta?: string
  store?: string
}

/** A server that session files are played on. */
export interface PlayTarget {
  /** The words above its column. */
  server: { mta: string; release: string }
  /** Why a file cannot be played there. */
  lacking(file: LoadedSessionFile): string | undefined
  /** @throws {UnsupportedError} */
  start(file: LoadedSessionFile, world: World): Promise<Rig>
}

/** What the options of `play` choose, and an engine with the images. @throws {InputError} */
export async function playTargets(
  files: readonly LoadedSessionFile[],
  options: PlayChoice,
): Promise<{ targets: PlayTarget[]; engine: Engine }> {
  const progress = terminalProgress()
  refuseBeside(options, ['mta', 'store'])
  const own = await ownTarget(options)
  if (own === undefined) {
    const platforms = chooseTargets({
      ...options,
      mta: options.mta ?? 'postfix',
      release: options.release ?? 'bookworm',
    })
    const topologies = files.map(({ front }) => parseTopology(front.topology))
    const engine = await prepareEngine(platforms, progress, imageOptionsOf(...topologies))
    return { targets: platforms.map(renderedPlay), engine }
  }
  const engine = await prepareEngine([], progress)
  for (const release of own.releases) await own.target.prepare(engine, release, progress)
  return { targets: own.releases.map((release) => ownPlay(own, release)), engine }
}

function renderedPlay(platform: Platform): PlayTarget {
  const { mta, release } = platform
  return {
    server: { mta: mta.name, release },
    lacking: (file) => {
      const { target, topology } = file.front
      return target !== undefined && Object.keys(topology).length === 0
        ? `the file is about the target ${JSON.stringify(target)}, and declares no topology for others`
        : lackingFor(file, platform)
    },
    start: ({ front, statements }, world) => {
      const { disk, clock } = equipmentOf(statements)
      const topology = parseTopology(front.topology as TopologyInput)
      return startRig({ topology, ...platform, world, disksWanted: disk && disksWanted(disk), clock })
    },
  }
}

/** Of a server of which only the running host tells what it is. @throws {UnsupportedError} the rig is stopped then */
async function refuseLacking(file: LoadedSessionFile, rig: Rig): Promise<void> {
  const lacking = lackingFor(file, runningPlatform(rig))
  if (lacking === undefined) return
  await rig.stop()
  throw new UnsupportedError(lacking, { code: 'TARGET_CANNOT', remedy: 'Play it on a server that can do this.' })
}

function ownPlay({ target, label }: ChosenOwn, release: string): PlayTarget {
  const { mta } = target
  return {
    server: { mta: label, release },
    lacking: (file) => {
      if (Object.keys(equipmentOf(file.statements)).length > 0) {
        return 'mailrig lays disks and clocks below servers that it has configured, and below no others'
      }
      return mta === undefined ? undefined : lackingFor(file, platformNamed({ mta, release }))
    },
    async start(file, world) {
      const topology = file.front.topology as TopologyInput
      const rig = await target.start(world, { name: targetProject(label, release), release, topology })
      if (mta === undefined) await refuseLacking(file, rig)
      return rig
    },
  }
}
