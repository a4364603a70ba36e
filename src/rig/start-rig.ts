import { buildZone } from '../dns/zone.ts'
import type { ContainerExit } from '../engine/container-exit-error.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import { store as storeAdapter } from '../servers/registry.ts'
import type { Release } from '../servers/release.ts'
import type { Topology } from '../topology/topology.ts'
import { layOut } from './addresses.ts'
import { openUpstreams } from './open-upstreams.ts'
import { renderServers } from './render-servers.ts'
import { Rig } from './rig.ts'
import { RunningMta } from './running-mta.ts'
import { RunningStore } from './running-store.ts'
import { type ServerStops, startServers, stopServers } from './start-servers.ts'
import { storeAccounts } from './store-accounts.ts'
import { takePlaces } from './take-places.ts'
import { Timings } from './timings.ts'
import { UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

export interface RigOptions {
  topology: Topology
  mta: MtaAdapter
  release: Release
  world: World
}

/**
 * Starts the servers of a topology, side by side, and resolves when each has sent its greeting.
 *
 * @throws {InputError} when a server refuses the configuration rendered for it; {UnsupportedError} when a server cannot
 * do what the topology asks for; {EngineError} when the engine fails. Nothing is left behind in either case.
 */
export async function startRig(options: RigOptions): Promise<Rig> {
  const undo = new UndoStack()
  try {
    return await start(options, undo)
  } catch (error) {
    await undo.run().catch((further: unknown) => {
      // Why it did not start counts; that something is left comes after it.
      if (error instanceof Error && further instanceof Error) error.message += `\n${further.message}`
    })
    throw error
  }
}

async function start({ topology, mta, release, world }: RigOptions, undo: UndoStack): Promise<Rig> {
  const timings = new Timings()
  const ended = new AbortController()
  const names = { mta: mta.name, store: storeAdapter.name }
  const places = await takePlaces(world, { topology, release, ...names }, undo)
  const addresses = await layOut(world, topology, places.numbers)
  const rendered = await renderServers(world, { topology, release, addresses, mta, store: storeAdapter })

  // Undone after what answers them: a server that has stopped gives its addresses to the next rig.
  const stops: ServerStops = new Map()
  undo.push('the servers', () => stopServers(stops))
  const clients = [addresses.mta.lan, addresses.mta.internet, ...(addresses.store ? [addresses.store] : [])]
  const dns = world.resolver.register(clients, buildZone(topology, addresses))
  undo.push('the DNS zone', () => dns.unregister())
  const { upstreams, strangers } = await openUpstreams(world, { topology, clients, ended: ended.signal }, undo)
  timings.mark('render')

  const servers = await startServers(world, { places, rendered, names, timings, stops })
  // The store is not waited for here: its connections end with it, and a scenario may be about its absence.
  void servers.mta.exited.then((exit) => ended.abort(serverEnded(mta.name, exit, servers.mta.logs.lines)))

  return new Rig({
    topology,
    addresses,
    authority: world.authority,
    mta: new RunningMta(mta, rendered.context, servers.mta, rendered.mta.files),
    memory: mta.memory,
    reach: world.engine.reach,
    mtaContainer: servers.mta,
    store:
      servers.store &&
      new RunningStore(storeAdapter, release, servers.store, {
        files: rendered.store?.files ?? [],
        users: storeAccounts(topology).map(({ user }) => user),
      }),
    database: servers.database,
    upstreams,
    dns,
    timings,
    strangers,
    ended: ended.signal,
    stop: () => undo.run(),
  })
}

/** Why every wait of the rig ends: who went, and what it said last. */
function serverEnded(server: string, { exitCode }: ContainerExit, log: readonly { text: string }[]): WaitError {
  const last = log.slice(-5).map(({ text }) => `  ${text}`)
  return new WaitError([`${server} ended with exit code ${exitCode} while the rig was up`, ...last].join('\n'))
}
