import { labelsOf } from '../engine/labels.ts'
import type { BootSpec } from '../engine/machine-pool.ts'
import type { RunningHost } from '../engine/running-host.ts'
import type { ServerFile } from '../engine/server-file.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { PlannedHost, TargetPlan } from '../targets/target.ts'
import type { Topology } from '../topology/topology.ts'
import { type StartedAccounts, startAccounts } from './start-accounts.ts'
import type { RigSurroundings } from './surround.ts'
import type { Timings } from './timings.ts'
import { throwTogether, type UndoFailure } from './undo-stack.ts'
import type { World } from './world.ts'

export interface StartedHosts {
  hosts: ReadonlyMap<PlannedHost, RunningHost>
  accounts: StartedAccounts | undefined
}

interface Wanted {
  surroundings: RigSurroundings
  plan: TargetPlan
  topology: Topology
  timings: Timings
  /** Laid into every host that mailrig's init boots, beside its own. */
  files: readonly ServerFile[]
  /** Takes how each host that was started is stopped. */
  stops: HostStops
}

/** By the name of the host. */
export type HostStops = Map<string, () => Promise<void>>

/** Starts all hosts of a plan side by side, and resolves when each is ready. */
export async function startHosts(world: World, wanted: Wanted): Promise<StartedHosts> {
  const { surroundings, plan, topology, timings, stops, files } = wanted
  const bootDatabase = async ({ source, address, release }: NonNullable<TargetPlan['database']>) => {
    const started = await startAccounts(world, source, { topology, release, address })
    stops.set('the server with the accounts', () => started.running.close())
    timings.mark(source)
    return started
  }
  const boot = async (host: PlannedHost, database: Promise<StartedAccounts> | undefined) => {
    const { name, afterDatabase, place } = host
    const running = await surroundings
      .seatOf(place)
      .boot({ ...bootSpec(world, host, files), ...(afterDatabase && database ? { connectAfter: database } : {}) })
    stops.set(name, () => running.stop())
    timings.mark(name)
    timings.servers[name] = { engineMs: running.engineMs, serverMs: running.bootMs }
    return [host, running] as const
  }
  const database = plan.database && bootDatabase(plan.database)
  const [accounts, hosts] = await allStarted([database, allStarted(plan.hosts.map((host) => boot(host, database)))])
  return { hosts: new Map(hosts), accounts }
}

function bootSpec(world: World, host: PlannedHost, files: readonly ServerFile[]): BootSpec {
  const { outline, place, servers: _, afterDatabase: __, ...plan } = host
  if (outline.firstProcess === 'init' && plan.log?.some(({ kind }) => kind !== 'output')) {
    throw new InputError(`the log of ${plan.name} is to come from elsewhere than its output`, {
      code: 'HOST_PLAN',
      remedy: 'Where mailrig’s init is the first process, have the log written to the output of the container.',
    })
  }
  const { firstProcess: _first, internet: _side, ...made } = outline
  return {
    ...made,
    ...plan,
    ...(outline.firstProcess === 'init' && files.length > 0 ? { files: [...(plan.files ?? []), ...files] } : {}),
    addresses: place,
    name: `mailrig-${world.run.id}-${place.lan.replaceAll('.', '-')}-${plan.name}`,
    labels: labelsOf(world.run),
  }
}

/** All or the first error, but not before every start has ended: what still starts could not be removed. */
async function allStarted<T extends unknown[]>(starts: [...T]) {
  await Promise.allSettled(starts)
  return Promise.all(starts)
}

/**
 * Stops hosts at once: none needs another to end.
 *
 * @throws what the one threw that did not stop; {MailrigError} NOT_UNDONE naming each where several did not
 */
export async function stopHosts(stops: HostStops): Promise<void> {
  const failures: UndoFailure[] = []
  const stopped = [...stops].map(([what, stop]) => stop().catch((error: unknown) => failures.push({ what, error })))
  await Promise.all(stopped)
  throwTogether(failures, 'servers did not stop')
}
