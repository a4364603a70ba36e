import { type Resolver, startResolver } from '../dns/server.ts'
import type { Engine } from '../engine/engine.ts'
import { addHostAddress } from '../engine/host-address.ts'
import type { Run } from '../engine/labels.ts'
import { createNetworkPair, type NetworkPair } from '../engine/networks.ts'
import { type Authority, createAuthority } from '../tls/authority.ts'
import { startUpstreamListener, type UpstreamListener } from '../upstream/listener.ts'

/** What every rig of a process shares: networks, resolver, authority, and the sockets the upstreams listen on. */
export interface World {
  engine: Engine
  run: Run
  pair: NetworkPair
  resolver: Resolver
  /** The resolver's address, as the containers see it. */
  dns: string
  authority: Authority
  /** The listener of the n-th upstream of a rig, made when first asked for. */
  listener(index: number): Promise<WorldListener>
  /** Ends resolver and listeners and removes the networks. */
  close(): Promise<void>
}

export interface WorldListener {
  listener: UpstreamListener
  /** Where containers reach it. */
  address: string
  port: number
}

/** Opens the world of this process. The engine must answer already; images are not needed yet. */
export async function openWorld(engine: Engine, run: Run): Promise<World> {
  const [pair, authority] = await Promise.all([createNetworkPair(engine, run), createAuthority()])
  const { lan, internet } = pair.networks
  const gateway = internet.gateway
  const resolver = await startResolver({ addresses: [lan.gateway, internet.gateway] })
  const listeners: Promise<WorldListener>[] = []

  const listen = async (index: number): Promise<WorldListener> => {
    // Each upstream needs an address of its own: DNS can name a host for a domain, but no port.
    const address = index === 0 ? gateway : ((await addHostAddress(engine, pair, 'internet')) ?? gateway)
    const port = index > 0 && address === gateway ? 0 : 25
    const listener = await startUpstreamListener({ address, port })
    return { listener, address, port: listener.port }
  }

  return {
    engine,
    run,
    pair,
    resolver,
    dns: lan.gateway,
    authority,
    listener(index) {
      listeners[index] ??= listen(index)
      return listeners[index]
    },
    async close() {
      const opened = await Promise.allSettled(listeners)
      await Promise.all([
        resolver.close(),
        ...opened.map((result) => (result.status === 'fulfilled' ? result.value.listener.close() : undefined)),
      ])
      await pair.remove()
    },
  }
}
