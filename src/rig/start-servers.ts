import { labelsOf } from '../engine/labels.ts'
import { greetingsOf } from '../engine/readiness.ts'
import type { RunningContainer } from '../engine/running-host.ts'
import type { Rendered } from '../servers/rendering.ts'
import { STORE_PORTS } from '../servers/store-ports.ts'
import { type Database, startDatabase } from './database.ts'
import type { RenderedServers } from './render-servers.ts'
import { SERVICE_PORTS } from './rig.ts'
import type { Places, ServerPlace } from './take-places.ts'
import type { Timings } from './timings.ts'
import { throwTogether, type UndoFailure } from './undo-stack.ts'
import type { World } from './world.ts'

/** Ports of the MTA that are reached from outside. */
const MTA_PORTS = Object.values(SERVICE_PORTS)

export interface StartedServers {
  mta: RunningContainer
  store: RunningContainer | undefined
  database: Database | undefined
}

interface Wanted {
  places: Places
  rendered: RenderedServers
  names: { mta: string; store: string }
  timings: Timings
  /** Takes how each server that was started is stopped. */
  stops: ServerStops
}

/** By the name of the server. */
export type ServerStops = Map<string, () => Promise<void>>

/** Starts all servers side by side, and resolves when each has greeted. */
export async function startServers(world: World, wanted: Wanted): Promise<StartedServers> {
  const { places, rendered, names, timings, stops } = wanted
  const { addresses, topology, release } = rendered.context

  const boot = async (name: string, place: ServerPlace, config: Rendered, where: Where) => {
    const container = await place.seat.boot({
      ...bootSpec(world, name, place, config, where),
      ...(Object.keys(places.volumes).length > 0 ? { volumes: places.volumes } : {}),
    })
    stops.set(name, () => container.stop())
    timings.mark(name)
    timings.servers[name] = { engineMs: container.engineMs, serverMs: container.bootMs }
    return container
  }
  const bootDatabase = async (address: string) => {
    const database = await startDatabase(world, { topology, release, address })
    stops.set('the database', () => database.close())
    timings.mark('postgres')
    return database
  }
  const database = addresses.database === undefined ? undefined : bootDatabase(addresses.database)
  const [mta, store, accounts] = await allStarted([
    boot(names.mta, places.mta, rendered.mta, { ...addresses.mta, publish: MTA_PORTS }),
    places.store && rendered.store && addresses.store
      ? boot(names.store, places.store, rendered.store, {
          lan: addresses.store,
          publish: Object.values(STORE_PORTS),
          // Dovecot 2.3 dies of a database that is starting up: its authentication asks for one with the first client.
          connectAfter: database,
        })
      : undefined,
    database,
  ])
  return { mta, store, database: accounts }
}

interface Where {
  lan: string
  internet?: string
  publish: readonly number[]
  connectAfter?: Promise<unknown> | undefined
}

function bootSpec(world: World, name: string, { image, hostname }: ServerPlace, config: Rendered, where: Where) {
  const { publish, connectAfter, ...addresses } = where
  return {
    image,
    hostname,
    addresses,
    name: `mailrig-${world.run.id}-${addresses.lan.replaceAll('.', '-')}-${name}`,
    files: config.files,
    environment: { ...config.environment },
    capabilities: config.capabilities,
    readiness: greetingsOf(config.greetings),
    ...(config.refuses ? { refuses: config.refuses } : {}),
    ...(config.renewal ? { renewal: config.renewal } : {}),
    labels: labelsOf(world.run),
    publish: [...new Set([...Object.keys(config.greetings).map(Number), ...publish])],
    ...(connectAfter ? { connectAfter } : {}),
  }
}

/** All or the first error, but not before every start has ended: what still starts could not be removed. */
async function allStarted<T extends unknown[]>(starts: [...T]) {
  await Promise.allSettled(starts)
  return Promise.all(starts)
}

/**
 * Stops servers at once: none needs another to end.
 *
 * @throws what the one threw that did not stop; {MailrigError} NOT_UNDONE naming each where several did not
 */
export async function stopServers(stops: ServerStops): Promise<void> {
  const failures: UndoFailure[] = []
  const stopped = [...stops].map(([what, stop]) => stop().catch((error: unknown) => failures.push({ what, error })))
  await Promise.all(stopped)
  throwTogether(failures, 'servers did not stop')
}
