import { ipv6HostOf } from '../dns/zone.ts'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'
import type { RigAddresses } from '../servers/addresses.ts'
import { addressesIn } from '../targets/addresses.ts'
import { hopsOf, isImplicit } from '../topology/hops.ts'
import type { Topology } from '../topology/topology.ts'
import type { Door } from '../upstream/door.ts'
import type { ClientAddress } from './host-side.ts'
import type { World } from './world.ts'

/** The host numbers of one rig in both networks, to be given back when it ends. */
export interface HostNumbers {
  mta: number
  store: number | undefined
  database: number | undefined
}

/** Lays out one rig in the world's networks before anything of it starts. */
export async function layOut(world: World, topology: Topology, numbers: HostNumbers): Promise<RigAddresses> {
  const { pair, dns } = world
  const { lan, internet } = pair.networks
  const upstreams = await layOutUpstreams(world, topology)
  const clients = addressesOf(await layOutClients(world, topology))
  const networks = {
    lan: { subnet: lan.subnet, gateway: lan.gateway },
    internet: { subnet: internet.subnet, gateway: internet.gateway },
  }
  const onLan = (number: number | undefined) => (number === undefined ? undefined : pair.address(number, 'lan'))
  return addressesIn(
    { networks, dns, upstreams, clients, smtpPort: upstreams.upstream?.port ?? 25 },
    {
      mta: { lan: pair.address(numbers.mta, 'lan'), internet: pair.address(numbers.mta, 'internet') },
      store: numbers.store === undefined ? undefined : { lan: pair.address(numbers.store, 'lan') },
      database: onLan(numbers.database),
    },
  )
}

/** The upstream named `upstream` is always the first, so that rigs with one upstream share its socket. */
export function upstreamNames(topology: Topology): string[] {
  return ['upstream', ...topology.upstreams.filter((name) => name !== 'upstream')]
}

/** The ports beside 25 at which a topology reaches an upstream, and how it is spoken to there. */
export function otherPorts(topology: Topology, upstream: string): Door[] {
  const ports = hopsOf(topology).flatMap(({ upstream: name, port, tls, protocol }) =>
    name === upstream && port !== undefined
      ? [[port, { port, implicit: isImplicit(tls), lmtp: protocol === 'lmtp' }] as const]
      : [],
  )
  return [...new Map(ports).values()]
}

export async function layOutUpstreams(world: World, topology: Topology): Promise<RigAddresses['upstreams']> {
  const names = upstreamNames(topology)
  const entries = await Promise.all(
    names.map(async (name, index) => {
      const { address, port } = await world.listener(index)
      const others = await Promise.all(
        otherPorts(topology, name).map(async ({ port: named }) => [named, (await world.listener(index, named)).port]),
      )
      const ports = others.length === 0 ? {} : { ports: Object.fromEntries(others) as Record<number, number> }
      const ipv6 = topology.ipv6 ? await world.address6(index) : undefined
      const byIpv6 = ipv6 === undefined ? {} : { ipv6 }
      return [name, { address, port, host: `${name}.example`, ...ports, ...byIpv6 }] as const
    }),
  )
  requireOwnAddresses(topology, Object.fromEntries(entries))
  requireIpv6Upstreams(topology, Object.fromEntries(entries))
  return Object.fromEntries(entries)
}

/** What servers see of the clients, by name. */
export function addressesOf(clients: Readonly<Record<string, ClientAddress>>): Record<string, string> {
  return Object.fromEntries(Object.entries(clients).map(([name, { address }]) => [name, address]))
}

/** Servers judge a client by its address, so each has one of its own. */
export async function layOutClients(world: World, topology: Topology): Promise<Record<string, ClientAddress>> {
  const clients: Record<string, ClientAddress> = {}
  for (const [index, name] of Object.keys(topology.clients).entries()) {
    const client = await world.client(index)
    if (client === undefined) {
      throw new EngineError(`the client "${name}" has no address of its own here`, {
        code: 'NO_HOST_ADDRESS',
        remedy:
          'Declare fewer clients: there are 14, and for root 30 together with the upstreams. As root in a container, see that it has the capability NET_ADMIN and the program `ip`.',
      })
    }
    clients[name] = client
  }
  return clients
}

/** A domain's exchanger is found by name alone, so two upstreams at one address could not be told apart by it. */
function requireOwnAddresses(topology: Topology, upstreams: RigAddresses['upstreams']): void {
  for (const [domain, remote] of Object.entries(topology.internet)) {
    for (const { upstream } of remote.mx) {
      if (upstream === undefined || upstreams[upstream]?.port === upstreams.upstream?.port) continue
      throw new EngineError(
        `the exchanger of ${domain} is the upstream "${upstream}", which has no address of its own here`,
        {
          code: 'NO_HOST_ADDRESS',
          remedy:
            'Declare fewer upstreams: there are sixteen. As root in a container, see that it has the capability NET_ADMIN and the program `ip`.',
        },
      )
    }
  }
}

/** Only root can give this host more addresses, and so only then upstreams have any of IPv6. @throws {UnsupportedError} */
function requireIpv6Upstreams(topology: Topology, upstreams: RigAddresses['upstreams']): void {
  const hosts = Object.values(topology.internet).flatMap(({ mx }) => mx.map(({ host }) => host))
  const missing = Object.entries(upstreams).find(
    ([name, { ipv6 }]) => ipv6 === undefined && hosts.includes(ipv6HostOf(name)),
  )
  if (!topology.ipv6 || missing === undefined) return
  throw new UnsupportedError(
    `the upstream "${missing[0]}" has no IPv6 address here: only root can give this host one`,
    {
      code: 'NO_HOST_ADDRESS',
      remedy: 'Run this as root, with the program `ip`; or leave it to machines where that can be had.',
    },
  )
}
