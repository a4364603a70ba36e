import { buildZone } from '../dns/zone.ts'
import { clockFiles, putClockAhead } from '../engine/clock.ts'
import type { ContainerExit } from '../engine/container-exit-error.ts'
import type { Disk } from '../engine/disks.ts'
import { gatewaysReady } from '../engine/ipv6.ts'
import { labelsOf } from '../engine/labels.ts'
import { InputError, WaitError } from '../errors/mailrig-error.ts'
import { FILTERS_IMAGE } from '../servers/filters/filter-servers.ts'
import type { DisksWanted, HostPlace, Role } from '../surroundings/surroundings.ts'
import { addressesIn, type Roles, rolesIn } from '../targets/addresses.ts'
import { factsOf } from '../targets/facts-of.ts'
import type { Platform } from '../targets/platform.ts'
import { rendered } from '../targets/rendered.ts'
import { accountsIn, storeAccounts } from '../targets/store-accounts.ts'
import type { Target, TargetPlan } from '../targets/target.ts'
import type { Topology } from '../topology/topology.ts'
import { keyRecords } from './dkim-keys.ts'
import type { FaultyMachine } from './faulty-machine.ts'
import { openFilters } from './open-filters.ts'
import { openByIpv6, openUpstreams } from './open-upstreams.ts'
import { Rig } from './rig.ts'
import { RunningMta } from './running-mta.ts'
import { RunningStore } from './running-store.ts'
import { type HostStops, type StartedHosts, startHosts, stopHosts } from './start-hosts.ts'
import { surround } from './surround.ts'
import { Timings } from './timings.ts'
import { orUndone, type UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

/** What runs: a target of any source, or for short the MTA and the release of one that is rendered from the topology. */
export type RigOptions = {
  topology: Topology
  world: World
  /** For faults. Default: none. */
  disksWanted?: DisksWanted | undefined
  /** Whether the clocks of its hosts can be put ahead. Default false. */
  clock?: boolean | undefined
} & ({ target: Target } | Platform)

/**
 * Starts the hosts of a target, side by side, and resolves when each is ready.
 *
 * @throws {InputError} when a server refuses its configuration; {UnsupportedError} when a server cannot do what the
 * topology asks for; {EngineError} when the engine fails. Nothing is left behind in either case.
 */
export async function startRig(options: RigOptions): Promise<Rig> {
  return orUndone((undo) => start(options, undo))
}

async function start(options: RigOptions, undo: UndoStack): Promise<Rig> {
  const { topology } = options
  const world = topology.ipv6 ? await options.world.withIpv6() : options.world
  const target = 'target' in options ? options.target : rendered(options)
  const timings = new Timings()
  const ended = new AbortController()

  const surroundings = await surround(world, topology, { undo, disksWanted: options.disksWanted })
  const plan = await target.source(surroundings, topology)
  const roles = rolesOf(target, plan)
  const addresses = addressesIn(surroundings, {
    mta: roles.mta.host.place,
    store: roles.store?.host.place,
    database: plan.database?.address,
    filterServers: plan.hosts.find(({ name }) => name === FILTERS_IMAGE)?.place.lan,
  })

  const disks = await surroundings.makeDisks()
  // Undone after what answers them: a server that has stopped gives its addresses to the next rig.
  const stops: HostStops = new Map()
  undo.push('the servers', () => stopHosts(stops))
  const clients = [...new Set(plan.hosts.flatMap(({ place }) => addressesOf(place)))]
  const dns = world.resolver.register(clients, buildZone(topology, addresses, keyRecords(topology)))
  undo.push('the DNS zone', () => dns.unregister())
  const { upstreams, strangers } = await openUpstreams(world, { topology, clients, ended: ended.signal }, undo)
  const filters = await openFilters(world, { topology, clients }, undo)
  timings.mark('render')

  const files = options.clock ? await clockFiles(world.engine, labelsOf(world.run)) : []
  const started = await startHosts(world, { surroundings, plan, topology, timings, stops, files })
  if (topology.ipv6) {
    await gatewaysReady(world.pair)
    await openByIpv6(world, upstreams, clients, undo)
  }
  await Promise.all([...disks.values()].map((disk) => disk.sync()))
  const facts = plan.facts ?? factsOf(topology)
  const accounts = plan.facts ? accountsIn(plan.facts) : storeAccounts(topology)
  const { mta, store } = runningIn(started, roles, {
    topology,
    addresses,
    users: facts.accounts.map(({ user }) => user),
  })
  // The store is not waited for here: its connections end with it, and a scenario may be about its absence.
  void mta.container.exited.then((exit) => ended.abort(serverEnded(mta.running.name, exit, mta.container.logs.lines)))

  return new Rig({
    target: target.name,
    topology,
    facts,
    accounts,
    addresses,
    clients: surroundings.clientAddresses,
    authority: world.authority,
    reach: world.engine.reach,
    mta: mta.running,
    mtaHost: mta.container,
    store,
    machines: machinesOf(started, roles, { disks, clock: options.clock ?? false }),
    hosts: new Map([...started.hosts].map(([{ name }, host]) => [name, host])),
    accountServer: started.accounts,
    upstreams,
    filters,
    dns,
    timings,
    strangers,
    ended: ended.signal,
    stop: () => undo.run(),
  })
}

/** @throws {InputError} TARGET_WITHOUT_MTA */
function rolesOf({ name }: Target, plan: TargetPlan): Roles {
  const roles = rolesIn(plan)
  if (roles) return roles
  throw new InputError(`no host of the target ${JSON.stringify(name)} carries an MTA`, {
    code: 'TARGET_WITHOUT_MTA',
    remedy: 'Say in the plan of its hosts which one does: servers: [{ role: "mta", … }].',
  })
}

interface Around {
  topology: Topology
  addresses: ReturnType<typeof addressesIn>
  /** Who can log in to the store. */
  users: readonly string[]
}

/** The servers of a rig in the hosts that carry them; one host may carry both. */
function runningIn({ hosts }: StartedHosts, roles: Roles, { topology, addresses, users }: Around) {
  const containerOf = ({ host }: { host: Roles['mta']['host'] }) => {
    const container = hosts.get(host)
    if (!container) throw new Error('every host of the plan was started')
    return container
  }
  const container = containerOf(roles.mta)
  return {
    mta: { container, running: new RunningMta(roles.mta.server, { container, topology, addresses }) },
    store: roles.store && new RunningStore(roles.store.server, { container: containerOf(roles.store), users }),
  }
}

/** What faults do something to. */
function machinesOf(
  { hosts }: StartedHosts,
  roles: Roles,
  { disks, clock }: { disks: ReadonlyMap<Role, Disk>; clock: boolean },
): ReadonlyMap<Role, FaultyMachine> {
  const machines = new Map<Role, FaultyMachine>()
  for (const role of ['mta', 'store'] as const) {
    const carried = roles[role]
    const host = carried && hosts.get(carried.host)
    if (!host) continue
    const { name, durability } = carried.server.server
    const putAhead = clock ? (seconds: number) => putClockAhead(host, seconds) : undefined
    machines.set(role, { name, host, disk: disks.get(role), durability, putClockAhead: putAhead })
  }
  return machines
}

/** Why every wait of the rig ends: who went, and what it said last. */
function serverEnded(server: string, { exitCode }: ContainerExit, log: readonly { text: string }[]): WaitError {
  const last = log.slice(-5).map(({ text }) => `  ${text}`)
  return new WaitError([`${server} ended with exit code ${exitCode} while the rig was up`, ...last].join('\n'))
}

/** Those that what it connects to sees. */
function addressesOf({ lan, internet, ipv6 }: HostPlace): string[] {
  return [lan, internet, ipv6?.lan, ipv6?.internet].filter((address) => address !== undefined)
}
