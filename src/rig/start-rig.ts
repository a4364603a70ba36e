import { buildZone, RIG_NAMES } from '../dns/zone.ts'
import type { RunningContainer } from '../engine/container.ts'
import type { ContainerExit } from '../engine/container-exit-error.ts'
import { imageTag } from '../engine/images.ts'
import { labelsOf } from '../engine/labels.ts'
import type { Seat } from '../engine/machine-pool.ts'
import { removeVolume } from '../engine/sweep.ts'
import { WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { type MtaAdapter, type Release, type RenderContext, type Rendered, STORE_PORTS } from '../servers/contract.ts'
import { store as storeAdapter } from '../servers/registry.ts'
import type { Flaw } from '../tls/certificates.ts'
import type { Topology } from '../topology/topology.ts'
import type { UpstreamListener } from '../upstream/listener.ts'
import { Upstream } from '../upstream/upstream.ts'
import { layOut, needsDatabase, needsStore, upstreamNames } from './addresses.ts'
import { startDatabase } from './database.ts'
import { Rig } from './rig.ts'
import { RunningMta } from './running-mta.ts'
import { RunningStore } from './running-store.ts'
import { sharedSpool } from './shared-spool.ts'
import { storeAccounts } from './store-accounts.ts'
import { Timings } from './timings.ts'
import type { World } from './world.ts'

interface Place {
  image: string
  connectAfter?: Promise<unknown> | undefined
  hostname: string
  publish: number[]
  lan: string
  internet?: string
}

/**
 * The kernel's name of a container that serves rigs with hosts of several names. Servers are told theirs by their
 * configuration; where one asks the kernel first, /etc/hosts leads from this name to the right one.
 */
const RECYCLED_HOST = 'mta.rig.test'

export interface RigOptions {
  topology: Topology
  mta: MtaAdapter
  release: Release
  world: World
}

/**
 * Starts the servers of a topology, side by side, and resolves when each has sent its greeting.
 *
 * @throws {InputError} when a server refuses the configuration rendered for it; {EngineError} when the engine fails.
 * Nothing is left behind in either case.
 */
export async function startRig(options: RigOptions): Promise<Rig> {
  const { topology, mta, release, world } = options
  const timings = new Timings()
  const ended = new AbortController()
  const undo: (() => Promise<void> | void)[] = []
  try {
    const [mtaImage, storeImage] = await Promise.all([
      imageTag(mta.name, release),
      imageTag(storeAdapter.name, release),
    ])
    const spool = sharedSpool(world.run, topology)
    const hostname = world.run.keep === undefined ? RECYCLED_HOST : topology.host
    const seats = {
      mta: world.machines.take({ ...spool, image: mtaImage, hostname, internet: true }),
      ...(needsStore(topology)
        ? { store: world.machines.take({ ...spool, image: storeImage, hostname: RIG_NAMES.store, internet: false }) }
        : {}),
    }
    for (const seat of Object.values(seats)) undo.push(() => seat.release())
    const database = needsDatabase(topology) ? world.pair.allocate() : undefined
    undo.push(() => {
      if (database !== undefined) world.pair.release(database)
    })

    const addresses = await layOut(world, topology, {
      mta: seats.mta.number,
      store: seats.store?.number,
      database,
    })
    const clients = [addresses.mta.lan, addresses.mta.internet, ...(addresses.store ? [addresses.store] : [])]
    // A rig that is kept is used by clients that may know it by address alone, and that of published ports.
    const byAddress = world.run.keep !== undefined
    const published = world.engine.reach === 'exposed' ? [world.engine.publishedHost] : []
    const [mtaTls, storeTls] = await Promise.all([
      world.certificates.of(
        topology.host,
        byAddress ? [addresses.mta.internet, addresses.mta.lan, ...published] : undefined,
      ),
      world.certificates.of(
        RIG_NAMES.store,
        byAddress && addresses.store ? [addresses.store, ...published] : undefined,
      ),
    ])
    const context: RenderContext = { topology, release, addresses, tls: mtaTls }
    const mtaFiles = mta.render(context)
    const storeFiles = addresses.store ? storeAdapter.render({ ...context, tls: storeTls }) : undefined

    const dns = world.resolver.register(clients, buildZone(topology, addresses))
    undo.push(() => dns.unregister())
    const upstreams: Record<string, Upstream> = {}
    const listeners: UpstreamListener[] = []
    const begun = epochNow()
    for (const [index, name] of upstreamNames(topology).entries()) {
      const { listener } = await world.listener(index)
      listeners.push(listener)
      const host = `${name}.example`
      const issue = (flaw?: Flaw) => (flaw ? world.certificates.flawed(host, flaw) : world.certificates.of(host))
      const upstream = new Upstream({ name, host, issue, ended: ended.signal })
      upstreams[name] = upstream
      undo.push(listener.register(clients, upstream))
    }
    timings.mark('render')

    const started: RunningContainer[] = []
    undo.push(async () => {
      await Promise.all(started.map((container) => container.stop()))
      for (const name of Object.values(spool.volumes ?? {})) await removeVolume(world.engine.docker, name)
    })
    const start = async (server: string, seat: Seat, rendered: Rendered, where: Place) => {
      const { image, hostname, publish, connectAfter, ...own } = where
      const container = await seat.boot({
        image,
        name: `mailrig-${world.run.id}-${own.lan.replaceAll('.', '-')}-${server}`,
        hostname,
        addresses: own,
        files: rendered.files,
        environment: { ...rendered.environment },
        capabilities: rendered.capabilities,
        greetings: rendered.greetings,
        ...(rendered.refuses ? { refuses: rendered.refuses } : {}),
        ...(rendered.renewal ? { renewal: rendered.renewal } : {}),
        labels: labelsOf(world.run),
        publish: [...new Set([...Object.keys(rendered.greetings).map(Number), ...publish])],
        ...spool,
        ...(connectAfter ? { connectAfter } : {}),
      })
      undo.push(() => container.stop())
      started.push(container)
      timings.mark(server)
      timings.servers[server] = { engineMs: container.engineMs, serverMs: container.bootMs }
      return container
    }
    const startAccounts = async (address: string) => {
      const database = await startDatabase(world, { topology, release, address })
      undo.push(() => database.close())
      timings.mark('postgres')
      return database
    }
    const accounts = addresses.database === undefined ? undefined : startAccounts(addresses.database)
    const [mtaContainer, storeContainer, accountDatabase] = await allStarted([
      start(mta.name, seats.mta, mtaFiles, {
        image: mtaImage,
        hostname,
        publish: [25, 587],
        ...addresses.mta,
      }),
      seats.store && storeFiles && addresses.store
        ? start(storeAdapter.name, seats.store, storeFiles, {
            image: storeImage,
            hostname: RIG_NAMES.store,
            publish: Object.values(STORE_PORTS),
            lan: addresses.store,
            // Dovecot 2.3 dies of a database that is starting up: its authentication asks for one with the first client.
            connectAfter: accounts,
          })
        : undefined,
      accounts,
    ])
    // The store is not waited for here: its connections end with it, and a scenario may be about its absence.
    void mtaContainer.exited.then((exit) => ended.abort(serverEnded(mta.name, exit, mtaContainer.logs.lines)))

    return new Rig({
      topology,
      addresses,
      authority: world.authority,
      mta: new RunningMta(mta, context, mtaContainer, mtaFiles.files),
      memory: mta.memory,
      reach: world.engine.reach,
      mtaContainer,
      store:
        storeContainer &&
        new RunningStore(storeAdapter, release, storeContainer, {
          files: storeFiles?.files ?? [],
          users: storeAccounts(topology).map(({ user }) => user),
        }),
      database: accountDatabase,
      upstreams,
      dns,
      timings,
      strangers: () => listeners.flatMap(({ strangers }) => strangers.filter(({ at }) => at >= begun)),
      ended: ended.signal,
      async stop() {
        await Promise.all(undo.reverse().map((step) => step()))
      },
    })
  } catch (error) {
    await Promise.all(undo.reverse().map((step) => step()))
    throw error
  }
}

/** Why every wait of the rig ends: who went, and what it said last. */
function serverEnded(server: string, { exitCode }: ContainerExit, log: readonly { text: string }[]): WaitError {
  const last = log.slice(-5).map(({ text }) => `  ${text}`)
  return new WaitError([`${server} ended with exit code ${exitCode} while the rig was up`, ...last].join('\n'))
}

/** All or the first error, but not before every start has ended: what still starts could not be removed. */
async function allStarted<T extends unknown[]>(starts: [...T]) {
  await Promise.allSettled(starts)
  return Promise.all(starts)
}
