import { connectEngine } from '../engine/connect.ts'
import type { Engine } from '../engine/engine.ts'
import { ensureImages, type ImageName } from '../engine/images.ts'
import { newRun, type Run } from '../engine/labels.ts'
import type { Progress } from '../engine/progress.ts'
import { removeRun, sweepDead } from '../engine/sweep.ts'
import { startWatchdog } from '../engine/watchdog.ts'
import { accountImage } from '../servers/account-servers.ts'
import { FILTERS_IMAGE, filterServersFor, filterServersOf } from '../servers/filters/filter-servers.ts'
import { DEFAULT_STORE } from '../servers/registry.ts'
import type { Platform } from '../targets/platform.ts'
import type { Topology } from '../topology/topology.ts'
import { openWorld, type World, type WorldOptions } from './world.ts'

export interface ImageOptions {
  /** Where rigs may have their accounts. Default: in files or in PostgreSQL. */
  accounts?: readonly Topology['accounts'][]
  /** Whether Debian's filters may run in them. Default false. */
  filters?: boolean
}

export interface PrepareOptions extends ImageOptions {
  /** The address of the engine, as in DOCKER_HOST. Default: the one that DOCKER_HOST names, or the first that answers. */
  engine?: string | undefined
}

/** The images of servers beside MTA and store that a topology asks for. */
export function imagesBeside(topology: Topology, { mta, release }: Platform): ImageName[] {
  return [
    ...accountImage(topology.accounts, release),
    ...filterImage(filterServersFor(mta, topology).length > 0, release),
  ]
}

function filterImage(wanted: boolean, release: string): ImageName[] {
  return wanted ? [{ server: FILTERS_IMAGE, release }] : []
}

/** The same as options of {@link prepareEngine}, for several topologies. */
export function imageOptionsOf(...topologies: Topology[]): Required<ImageOptions> {
  return {
    accounts: topologies.map(({ accounts }) => accounts),
    filters: topologies.some((topology) => filterServersOf(topology).length > 0),
  }
}

/** Gives an engine that answers, with the images of these targets. Installs and builds what is missing, and removes what dead runs left. */
export async function prepareEngine(
  targets: readonly Platform[],
  progress: Progress,
  { engine: at, ...options }: PrepareOptions = {},
): Promise<Engine> {
  const engine = await connectEngine({ provision: at === undefined, at, progress })
  await sweepDead(engine)
  await ensureImages(engine, imagesFor(targets, options), progress)
  return engine
}

/** The images that rigs of these targets are made of. */
export function imagesFor(
  targets: readonly Platform[],
  { accounts = ['postgresql'], filters = false }: ImageOptions = {},
): ImageName[] {
  return targets.flatMap(({ mta, release, store = DEFAULT_STORE }) => [
    { server: mta.name, release },
    { server: store.name, release },
    ...accounts.flatMap((source) => accountImage(source, release)),
    ...filterImage(filters && (mta.asksFilters ?? []).length > 0, release),
  ])
}

/** A world for one command, watched over: whatever ends the process, nothing of it stays. */
export interface OpenRun {
  engine: Engine
  run: Run
  world: World
  close(): Promise<void>
}

export async function openRun(engine: Engine, options: { keep?: string } & WorldOptions = {}): Promise<OpenRun> {
  const { keep, ...worldOptions } = options
  const run = newRun(keep === undefined ? {} : { keep })
  // A kept rig ends when it is told to, not with a pipe.
  const watchdog = keep === undefined ? startWatchdog(engine, run) : undefined
  const world = await openWorld(engine, run, worldOptions)
  return {
    engine,
    run,
    world,
    async close() {
      await world.close()
      await removeRun(engine, run.id)
      await watchdog?.finish()
    },
  }
}
