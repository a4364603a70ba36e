import { type Resolver, startResolver } from '../dns/server.ts'
import type { Engine } from '../engine/engine.ts'
import { type Entrance, openEntrance } from '../engine/entrance.ts'
import { hostAddressReady, hurryGateways, requireIpv6 } from '../engine/ipv6.ts'
import type { Run } from '../engine/labels.ts'
import { createMachinePool, type MachinePool } from '../engine/machine-pool.ts'
import { createNetworkPair, type NetworkPair } from '../engine/networks.ts'
import { type Authority, createAuthority } from '../tls/authority.ts'
import { Certificates } from '../tls/certificates.ts'
import { startUpstreamListener, type UpstreamListener } from '../upstream/listener.ts'
import { type ClientAddress, type HostSide, hostSideOf, SMTP_PORT } from './host-side.ts'

/** What every rig of a process shares: networks, resolver, authority, and the sockets the upstreams listen on. */
export interface World {
  engine: Engine
  run: Run
  pair: NetworkPair
  /** The containers of its rigs, those between two rigs included. */
  machines: MachinePool
  /** By which containers are reached, where that is not by their addresses. */
  entrance: Entrance | undefined
  resolver: Resolver
  /** The resolver's address, as the containers see it. */
  dns: string
  authority: Authority
  certificates: Certificates
  /** The listener of the n-th upstream of a rig, made when first asked for; for another port than 25, one more. */
  listener(index: number, port?: number): Promise<WorldListener>
  /** The n-th client of a rig, on the internet; undefined where there can be no more. */
  client(index: number): Promise<ClientAddress | undefined>
  /** A client on no network of the rig, to which a container gets a route; undefined where that cannot be. */
  distantClient(containerId: string): Promise<ClientAddress | undefined>
  /** The IPv6 address at which the n-th upstream is to be reached; undefined where it is not. */
  address6(index: number): Promise<string | undefined>
  /** Listens there. To be called when hosts stand in the networks: before, this host has no use of its addresses in them. */
  listener6(index: number): Promise<WorldListener | undefined>
  /**
   * The world of rigs with IPv6, whose networks have both; opened when first asked for, and closed with this one.
   *
   * @throws {UnsupportedError} where the engine's containers are not reached by their addresses, or has no IPv6
   */
  withIpv6(): Promise<World>
  /** Ends resolver and listeners and removes the networks. */
  close(): Promise<void>
}

export interface WorldListener {
  listener: UpstreamListener
  /** Where containers reach it. */
  address: string
  port: number
}

export interface WorldOptions {
  /**
   * How many containers may wait for the next rig, made as new by then. Default 6: an MTA and a store for three host
   * names. 0: every rig has new ones.
   */
  recycle?: number
  /** Whether its networks have IPv6 too. Default false. */
  ipv6?: boolean
}

/** Opens the world of this process. The engine must answer already; images are not needed yet. */
export async function openWorld(
  engine: Engine,
  run: Run,
  { recycle = 6, ipv6 = false }: WorldOptions = {},
): Promise<World> {
  const [pair, authority] = await Promise.all([createNetworkPair(engine, run, { ipv6 }), createAuthority()])
  let machines: MachinePool | undefined
  let entrance: Entrance | undefined
  const clients: Promise<ClientAddress | undefined>[] = []
  const listeners = new Map<string, Promise<WorldListener>>()
  const addresses6 = new Map<number, Promise<string | undefined>>()
  const listeners6 = new Map<number, Promise<WorldListener | undefined>>()
  let hostSide: HostSide | undefined
  let resolver: Resolver | undefined
  let withIpv6: Promise<World> | undefined

  const close = async () => {
    await withIpv6?.then(
      (world) => world.close(),
      () => undefined,
    )
    const opened = await Promise.allSettled([...listeners.values(), ...listeners6.values()])
    await Promise.all([
      machines?.close(),
      resolver?.close(),
      ...opened.map((result) => (result.status === 'fulfilled' ? result.value?.listener.close() : undefined)),
    ])
    await hostSide?.close()
    await entrance?.remove()
    await pair.remove()
  }

  try {
    if (engine.reach === 'exposed') entrance = await openEntrance(engine, { pair, run })
    const side = await hostSideOf(engine, { pair, run, entrance })
    hostSide = side
    const pool = createMachinePool(engine, { pair, entrance, keep: recycle })
    machines = pool
    resolver = await startResolver(side.resolverAt)
    const listen = async (index: number, port?: number): Promise<WorldListener> => {
      const at =
        port === undefined ? await side.upstreamAt(index) : side.otherPortAt((await listenerOf(index)).listener, port)
      const listener = await startUpstreamListener(at)
      return { listener, ...(await side.reachable(index, listener, port)) }
    }
    const listenerOf = (index: number, port?: number): Promise<WorldListener> => {
      const key = `${index} ${port}`
      const known = listeners.get(key) ?? listen(index, port)
      listeners.set(key, known)
      return known
    }
    const listen6 = async (index: number): Promise<WorldListener | undefined> => {
      const address = await world.address6(index)
      if (address === undefined) return undefined
      await hostAddressReady(address)
      const at = { address, port: SMTP_PORT }
      return { listener: await startUpstreamListener({ ...at, forwarded: false }), ...at }
    }
    const world: World = {
      engine,
      run,
      pair,
      machines: pool,
      entrance,
      resolver,
      dns: await side.dns(resolver.port),
      authority,
      certificates: new Certificates(authority),
      listener: listenerOf,
      client(index) {
        clients[index] ??= side.client()
        return clients[index]
      },
      distantClient: (containerId) => side.distantClient(containerId),
      async address6(index) {
        const known = addresses6.get(index) ?? listenerOf(index).then(({ listener }) => side.upstream6At(listener))
        addresses6.set(index, known)
        return known
      },
      async listener6(index) {
        const known = listeners6.get(index) ?? listen6(index)
        listeners6.set(index, known)
        return known
      },
      withIpv6() {
        if (ipv6) return Promise.resolve(world)
        withIpv6 ??= openIpv6World(engine, run, { recycle })
        return withIpv6
      },
      close,
    }
    return world
  } catch (error) {
    await close()
    throw error
  }
}

async function openIpv6World(engine: Engine, run: Run, options: WorldOptions): Promise<World> {
  requireIpv6(engine)
  const world = await openWorld(engine, run, { ...options, ipv6: true })
  await hurryGateways(engine, world.pair)
  return world
}
