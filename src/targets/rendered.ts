import { RIG_NAMES } from '../dns/zone.ts'
import { imageTag } from '../engine/images.ts'
import { greetingsOf } from '../engine/readiness.ts'
import { UnsupportedError } from '../errors/mailrig-error.ts'
import { lastOfEachPath } from '../servers/files.ts'
import type { FilterServer } from '../servers/filters/filter-server.ts'
import { FILTERS_IMAGE, filterFiles, filterServersFor } from '../servers/filters/filter-servers.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import { DEFAULT_STORE } from '../servers/registry.ts'
import type { RenderContext, Rendered } from '../servers/rendering.ts'
import { resolverEnvironment } from '../servers/resolver-environment.ts'
import type { StoreAdapter } from '../servers/store.ts'
import { STORE_PORTS } from '../servers/store-ports.ts'
import type { RigAddresses } from '../surroundings/rig-addresses.ts'
import { SERVICE_PORTS } from '../surroundings/service-ports.ts'
import type { HostOutline, HostPlace, Role, Surroundings } from '../surroundings/surroundings.ts'
import type { Topology } from '../topology/topology.ts'
import { addressesIn } from './addresses.ts'
import { needsDatabase, needsStore } from './needs.ts'
import { type Platform, platformName } from './platform.ts'
import type { PlannedHost, Target, TargetPlan } from './target.ts'

/**
 * The kernel's name of a container that serves rigs with hosts of several names. Servers are told theirs by their
 * configuration; where one asks the kernel first, /etc/hosts leads from this name to the right one.
 */
const RECYCLED_HOST = 'mta.rig.test'

/** Ports of the MTA that are reached from outside. */
const MTA_PORTS = Object.values(SERVICE_PORTS)

/** The target whose configuration mailrig renders from the topology: an MTA, and a store beside it where one is needed. */
export function rendered(platform: Platform): Target {
  const storeAdapter = platform.store ?? DEFAULT_STORE
  return {
    name: platformName(platform),
    source: async (surroundings, topology) => {
      const standing = await standIn(surroundings, topology, platform, storeAdapter)
      const plan = planOf(standing, await render(surroundings, topology, platform, storeAdapter, standing))
      const { filters, addresses } = standing
      if (!filters) return plan
      return {
        ...plan,
        hosts: [
          ...plan.hosts,
          filterHost(filters, filterServersFor(platform.mta, topology), { surroundings, topology, addresses }),
        ],
      }
    },
  }
}

/** The hosts with their places, and so with every address that the configurations name. */
interface Standing {
  mta: { outline: HostOutline; place: HostPlace }
  store?: { outline: HostOutline; place: HostPlace }
  filters?: { outline: HostOutline; place: HostPlace }
  database?: string
  addresses: RigAddresses
}

async function standIn(
  surroundings: Surroundings,
  topology: Topology,
  { mta, release }: Platform,
  storeAdapter: StoreAdapter,
): Promise<Standing> {
  const [mtaImage, storeImage] = await Promise.all([imageTag(mta.name, release), imageTag(storeAdapter.name, release)])
  const spool = sharedSpool(surroundings, topology)
  const stand = (image: string, hostname: string, internet: boolean, disk: Disk | undefined) => {
    const outline: HostOutline = {
      image,
      hostname,
      internet,
      firstProcess: 'init',
      ...(spool || disk ? { volumes: { ...spool, ...disk?.volume } } : {}),
      ...(disk?.ignoresSync ? { ignoresSync: true } : {}),
    }
    return { outline, place: surroundings.place(outline) }
  }
  const hosts = {
    mta: stand(mtaImage, surroundings.kept ? topology.host : RECYCLED_HOST, true, diskOf(surroundings, 'mta', mta)),
    ...(needsStore(topology)
      ? { store: stand(storeImage, RIG_NAMES.store, false, diskOf(surroundings, 'store', storeAdapter)) }
      : {}),
    ...(filterServersFor(mta, topology).length > 0
      ? { filters: stand(await imageTag(FILTERS_IMAGE, release), RIG_NAMES.filters, false, undefined) }
      : {}),
    ...(needsDatabase(topology) ? { database: surroundings.address('the database') } : {}),
  }
  const addresses = addressesIn(surroundings, {
    mta: hosts.mta.place,
    store: hosts.store?.place,
    database: hosts.database,
    filterServers: hosts.filters?.place.lan,
  })
  return { ...hosts, addresses }
}

interface Disk {
  /** The path → the volume. */
  volume: Record<string, string>
  ignoresSync: boolean
}

/** The disk below the queue or the mail of a server, where one is wanted. @throws {UnsupportedError} */
function diskOf(surroundings: Surroundings, role: Role, server: MtaAdapter | StoreAdapter): Disk | undefined {
  const { disksWanted } = surroundings
  if (!disksWanted?.of.includes(role)) return undefined
  if (!server.durability) {
    throw new UnsupportedError(`nobody told where ${server.name} keeps what it has promised to keep`, {
      code: 'TARGET_CANNOT',
      remedy: 'Leave faults to servers whose adapter tells its `durability`.',
    })
  }
  return {
    volume: { [server.durability.place]: surroundings.disk(role) },
    ignoresSync: disksWanted.sync === 'ignored',
  }
}

/**
 * The volume on the directory that the MTA's local delivery agent writes and the store reads: a directory of one host,
 * which is two containers here. None where the store reads nothing of the MTA's.
 */
function sharedSpool(surroundings: Surroundings, { store, local }: Topology): Record<string, string> | undefined {
  if (!store.localAccounts) return undefined
  const path = local?.mailboxFormat === 'maildir' ? '/home' : '/var/mail'
  return { [path]: surroundings.volume('spool') }
}

interface Configurations {
  context: RenderContext
  mta: Rendered
  store?: Rendered
  platform: Platform
  storeAdapter: StoreAdapter
}

/** Makes a certificate and a configuration for each server. @throws {UnsupportedError} for what a server cannot do. */
async function render(
  surroundings: Surroundings,
  topology: Topology,
  platform: Platform,
  storeAdapter: StoreAdapter,
  { addresses }: Standing,
): Promise<Configurations> {
  const { mta, release } = platform
  const [tls, storeTls] = await Promise.all([
    surroundings.certificate(topology.host, [addresses.mta.internet, addresses.mta.lan]),
    addresses.store === undefined ? undefined : surroundings.certificate(RIG_NAMES.store, [addresses.store]),
  ])
  const { lacks } = storeAdapter
  const durable = surroundings.disksWanted !== undefined
  const context: RenderContext = { topology, release, addresses, tls, durable, ...(lacks ? { storeLacks: lacks } : {}) }
  return {
    context,
    mta: once(mta.render(context)),
    ...(storeTls ? { store: once(storeAdapter.render({ ...context, tls: storeTls })) } : {}),
    platform,
    storeAdapter,
  }
}

function once(rendered: Rendered): Rendered {
  return { ...rendered, files: lastOfEachPath(rendered.files) }
}

function planOf(standing: Standing, configurations: Configurations): TargetPlan {
  const { context, platform, storeAdapter } = configurations
  const { mta, release } = platform
  const hosts: PlannedHost[] = [
    {
      ...hostOf(mta.name, configurations.mta, MTA_PORTS),
      ...standing.mta,
      servers: [
        {
          role: 'mta',
          server: mta,
          release,
          files: configurations.mta.files,
          render: (topology) => once(mta.render({ ...context, topology })).files,
          logIsKnown: true,
        },
      ],
    },
  ]
  if (standing.store && configurations.store) {
    hosts.push({
      ...hostOf(storeAdapter.name, configurations.store, Object.values(STORE_PORTS)),
      ...standing.store,
      servers: [{ role: 'store', server: storeAdapter, release, files: configurations.store.files }],
      // Dovecot 2.3 dies of a database that is starting up: its authentication asks for one with the first client.
      ...(standing.database === undefined ? {} : { afterDatabase: true }),
    })
  }
  const { accounts: source } = context.topology
  if (standing.database === undefined || source === 'files') return { hosts }
  return { hosts, database: { source, address: standing.database, release } }
}

/** The host of Debian's filters: each of them takes connections when it is ready. */
function filterHost(
  standing: { outline: HostOutline; place: HostPlace },
  servers: readonly FilterServer[],
  { surroundings, topology, addresses }: { surroundings: Surroundings; topology: Topology; addresses: RigAddresses },
): PlannedHost {
  const ports = servers.flatMap((server) => server.ports)
  return {
    name: FILTERS_IMAGE,
    ...standing,
    files: lastOfEachPath(filterFiles(servers, { topology, addresses, signingKey: surroundings.signingKey })),
    environment: resolverEnvironment({ topology, addresses }),
    capabilities: ['CHOWN', 'KILL', 'SETGID', 'SETUID'],
    readiness: ports.map((port) => ({ kind: 'listening', port })),
    refuses: FILTER_ENDED,
    publish: ports,
    servers: [],
  }
}

/** What the entrypoint says of a filter that does not go on. */
const FILTER_ENDED = /^[\w-]+ ended with exit code \d+$/

/** What the plan of a host takes from the configuration of the one server that it carries. */
function hostOf(
  name: string,
  { files, environment, capabilities, greetings, refuses, renewal }: Rendered,
  ports: number[],
) {
  return {
    name,
    files,
    environment: { ...environment },
    capabilities,
    readiness: greetingsOf(greetings),
    ...(refuses ? { refuses } : {}),
    ...(renewal ? { renewal } : {}),
    publish: [...new Set([...Object.keys(greetings).map(Number), ...ports])],
  }
}
