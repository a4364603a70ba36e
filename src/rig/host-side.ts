import { DISTANT_ADDRESS, distantClient, routeToDistant } from '../engine/distant-client.ts'
import type { Door, HostPort } from '../engine/door.ts'
import type { Engine } from '../engine/engine.ts'
import type { Entrance } from '../engine/entrance.ts'
import { type Forwarder, startForwarder } from '../engine/forwarder.ts'
import { addHostAddress, addIpv6Address } from '../engine/host-address.ts'
import type { Run } from '../engine/labels.ts'
import { CARRIED_CLIENT_NUMBERS, type NetworkPair } from '../engine/networks.ts'
import { canListen } from './listening.ts'

/** Where this process listens for a rig's containers, and how they find it there. */
export interface HostSide {
  /** Where the resolver listens; port 0 is a free one. `forwarded`: what comes there begins with a header. */
  resolverAt: { addresses: string[]; port: number; forwarded: boolean }
  /**
   * The resolver's address as containers see it, on port 53: resolv.conf(5) knows no other. To be called when the
   * resolver listens, with its port.
   */
  dns(port: number): Promise<string>
  /** Where the n-th upstream of a rig listens; port 0 is a free one. */
  upstreamAt(index: number): Promise<HostPort & { forwarded: boolean }>
  /** Where its other port is listened for: beside its first, or at a free port where that has no address of its own. */
  otherPortAt(first: HostPort, port: number): HostPort & { forwarded: boolean }
  /** Where containers reach the n-th upstream, which listens there, for what it is to have at this port. */
  reachable(index: number, at: HostPort, port?: number): Promise<HostPort>
  /** At which address the upstream that listens there listens by IPv6 too, on port 25; undefined where it cannot. */
  upstream6At(first: HostPort): Promise<string | undefined>
  /** One more client on the internet; undefined where there can be no more. */
  client(): Promise<ClientAddress | undefined>
  /** A client on no network of the rig, to which a container gets a route; undefined where that cannot be. */
  distantClient(containerId: string): Promise<ClientAddress | undefined>
  /** To be called before the networks are removed. */
  close(): Promise<void>
}

/** A client with an address of its own. */
export interface ClientAddress {
  address: string
  /** Where this process has not that address: opens a port of this host that leads from there to the place. */
  door?: (to: HostPort) => Promise<Door>
}

const DNS_PORT = 53
export const SMTP_PORT = 25

interface Surroundings {
  pair: NetworkPair
  run: Run
  /** Where the engine is elsewhere. */
  entrance: Entrance | undefined
}

export async function hostSideOf(engine: Engine, { pair, run, entrance }: Surroundings): Promise<HostSide> {
  if (entrance) return behindEntrance(entrance, carriedClients(engine, pair, entrance))
  const { lan, internet } = pair.networks
  const free = await Promise.all([
    canListen(lan.gateway, DNS_PORT),
    canListen(internet.gateway, DNS_PORT),
    canListen(internet.gateway, SMTP_PORT),
  ])
  if (free.every(Boolean)) return onGateways(engine, pair)
  const forwarder = await startForwarder(engine, { pair, run })
  return onHighPorts(pair, forwarder, carriedClients(engine, pair, forwarder))
}

/** A local Linux engine: the gateway addresses are this host's, and containers show their own. */
function onGateways(engine: Engine, pair: NetworkPair): HostSide {
  const { lan, internet } = pair.networks
  return {
    resolverAt: { addresses: [lan.gateway, internet.gateway], port: DNS_PORT, forwarded: false },
    dns: async () => lan.gateway,
    async upstreamAt(index) {
      const gateway = { address: internet.gateway, forwarded: false }
      if (index === 0) return { ...gateway, port: SMTP_PORT }
      // Each upstream needs an address of its own: DNS can name a host for a domain, but no port.
      const own = await addHostAddress(engine, pair, 'internet')
      return own === undefined ? { ...gateway, port: 0 } : { address: own, port: SMTP_PORT, forwarded: false }
    },
    otherPortAt: ({ address, port: first }, port) => ({
      address,
      port: first === SMTP_PORT ? port : 0,
      forwarded: false,
    }),
    reachable: async (_, { address, port }) => ({ address, port }),
    upstream6At: async ({ address, port }) =>
      port === SMTP_PORT ? addIpv6Address(engine, pair, 'internet', address) : undefined,
    async client() {
      const address = await addHostAddress(engine, pair, 'internet')
      return address === undefined ? undefined : { address }
    },
    async distantClient(containerId) {
      const address = await distantClient(engine, pair, containerId)
      return address === undefined ? undefined : { address }
    },
    close: async () => undefined,
  }
}

const LOOPBACK = '127.0.0.1'

/** An engine elsewhere: this process has no address there. The entrance listens, and this process fetches what comes. */
function behindEntrance(entrance: Entrance, clients: CarriedClients): HostSide {
  return {
    resolverAt: { addresses: [LOOPBACK], port: 0, forwarded: true },
    dns: (port) => forwardDns(entrance, { address: LOOPBACK, port }),
    upstreamAt: async () => ({ address: LOOPBACK, port: 0, forwarded: true }),
    otherPortAt: () => ({ address: LOOPBACK, port: 0, forwarded: true }),
    reachable: (index, at, port) => forwardUpstream(entrance, index, at, port),
    upstream6At: async () => undefined,
    ...clients,
    // It goes with the world, which has let clients in by it too.
    close: async () => undefined,
  }
}

/**
 * The same engine, where this user may not use low ports, or another server of this host has them: a container of the
 * rig listens there instead, and carries on what comes to ports that everybody may use.
 */
function onHighPorts(pair: NetworkPair, forwarder: Forwarder, clients: CarriedClients): HostSide {
  const { lan, internet } = pair.networks
  return {
    resolverAt: { addresses: [lan.gateway], port: 0, forwarded: true },
    dns: (port) => forwardDns(forwarder, { address: lan.gateway, port }),
    upstreamAt: async () => ({ address: internet.gateway, port: 0, forwarded: true }),
    otherPortAt: ({ address }) => ({ address, port: 0, forwarded: true }),
    reachable: (index, at, port) => forwardUpstream(forwarder, index, at, port),
    // The forwarder listens in its container, at IPv4 addresses.
    upstream6At: async () => undefined,
    ...clients,
    close: () => forwarder.remove(),
  }
}

type CarriedClients = Pick<HostSide, 'client' | 'distantClient'>

/** The container has the clients' addresses, and lets this process connect from them. */
function carriedClients(engine: Engine, pair: NetworkPair, forwarder: Forwarder): CarriedClients {
  let number = CARRIED_CLIENT_NUMBERS.first
  const carried = async (address: string, beside: string) => ({
    address,
    door: await forwarder.client(address, beside),
  })
  return {
    async client() {
      if (number > CARRIED_CLIENT_NUMBERS.last) return undefined
      const address = pair.address(number, 'internet')
      number += 1
      return carried(address, address)
    },
    async distantClient(containerId) {
      const gateway = forwarder.address('internet')
      if (gateway === undefined || !(await routeToDistant(engine, containerId, gateway))) return undefined
      return carried(DISTANT_ADDRESS, gateway)
    },
  }
}

async function forwardDns(forwarder: Forwarder, to: HostPort): Promise<string> {
  const from = { side: 'lan', index: 0, port: DNS_PORT } as const
  await forwarder.forward('tcp', from, to)
  await forwarder.forward('udp', from, to)
  return forwarder.address('lan') ?? ''
}

/** Under an address of its own, so that DNS can name it for a domain. There are only so many; then by another port. */
async function forwardUpstream(forwarder: Forwarder, index: number, to: HostPort, port = SMTP_PORT): Promise<HostPort> {
  const own = forwarder.address('internet', index)
  const place = own === undefined ? { index: 0, port: to.port } : { index, port }
  await forwarder.forward('tcp', { side: 'internet', ...place }, to)
  return { address: own ?? forwarder.address('internet') ?? '', port: place.port }
}
