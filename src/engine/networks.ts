import { randomBytes, randomInt } from 'node:crypto'
import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import { routedSubnets } from './host-routes.ts'
import { labelsOf, type Run } from './labels.ts'
import type { Side } from './side.ts'

export interface RigNetwork {
  id: string
  name: string
  /** CIDR, e.g. `198.18.7.0/24`. */
  subnet: string
  /** Where clients come from: the host's address on it where reach is direct, else that of the entrance. */
  gateway: string
  /** The same in IPv6, where the network has it. */
  ipv6?: { subnet: string; gateway: string }
}

/** The two networks of a rig. Their addresses agree in the last two octets. */
export interface NetworkPair {
  networks: Record<Side, RigNetwork>
  /**
   * A host number for one container, 32 to 239, not handed out before as long as others are free: a host may remember
   * for a while which interface had the address.
   *
   * @throws {EngineError} when all are taken.
   */
  allocate(): number
  /** Gives a host number back. */
  release(host: number): void
  /** The address of a host number on a side. */
  address(host: number, side: Side): string
  /** Removes both networks; what is still attached is disconnected. Removing twice does nothing. */
  remove(): Promise<void>
}

/**
 * RFC 2544 sets 198.18.0.0/15 apart for benchmarks: no route on the internet leads there (RFC 6890), and no home,
 * office or engine hands it out. 198.18.N.0/24 is a rig's lan, 198.19.N.0/24 its internet.
 */
const PREFIX: Record<Side, string> = { lan: '198.18', internet: '198.19' }
/** Unique local addresses (RFC 4193), with the octets of the IPv4 subnet in them: fd00:c612:N::/64 is a rig's lan. */
const IPV6_PREFIX: Record<Side, string> = { lan: 'fd00:c612', internet: 'fd00:c613' }
const SUBNETS = 256
const HOSTS = { first: 32, last: 239 }
/** Host numbers of the fake peers and of clients with an address of their own, of all rigs of a process. */
export const PEER_NUMBERS = { first: 2, last: 31 }
/** Those of clients where a container has them, which gives its peers the lower ones. */
export const CARRIED_CLIENT_NUMBERS = { first: 18, last: 31 }
/** The host number of clients in both networks. */
export const CLIENT_NUMBER = 1
/** That of the bridge, where the entrance has the clients' address. */
const BRIDGE_NUMBER = 254
/** Containers that others attach get their address here, away from those that a rig gives out. */
const DYNAMIC_RANGE = '240/28'

/**
 * Creates the two networks side by side. Where the host reaches containers directly they are internal: nothing in them
 * has a route out. Elsewhere ports must be published, which internal networks cannot; there, packets that leave keep
 * their source address, to which no answer comes back.
 *
 * @param options.ipv6 gives both IPv6 subnets too
 * @throws {EngineError} when the engine refuses, or 32 subnets in a row are taken that no route of the host leads to.
 */
export async function createNetworkPair(
  engine: Engine,
  run: Run,
  { ipv6 = false }: { ipv6?: boolean } = {},
): Promise<NetworkPair> {
  // The processes of one run name their networks independently of each other, and so do two copies of this module that
  // one process has loaded: a count would begin anew in each.
  const base = `mailrig-${run.id}-${process.pid}-${randomBytes(3).toString('hex')}`
  const names = { lan: `${base}-lan`, internet: `${base}-internet` }
  const routed = await routedSubnets()
  const start = randomInt(SUBNETS)
  const candidates = Array.from({ length: SUBNETS }, (_, index) => (start + index) % SUBNETS)
    .filter((subnet) => !Object.values(PREFIX).some((prefix) => routed.has(`${prefix}.${subnet}.0`)))
    .slice(0, 32)
  for (const subnet of candidates) {
    const networks = await tryCreate(engine, run, { names, subnet, ipv6 })
    if (networks) return pairOf(engine, networks, subnet)
  }
  throw new EngineError(`no free subnet for the rig: ${candidates.length} in a row of 198.18.0.0/15 are taken`, {
    code: 'SUBNETS_TAKEN',
    remedy:
      'Run `mailrig clean`, or `docker network prune`, to remove networks that nothing uses; ' +
      '`ip route` shows what other interfaces of the host lead to.',
  })
}

async function tryCreate(
  engine: Engine,
  run: Run,
  { names, subnet, ipv6 }: { names: Record<Side, string>; subnet: number; ipv6: boolean },
): Promise<Record<Side, RigNetwork> | undefined> {
  const create = async (side: Side): Promise<RigNetwork> => {
    const base = `${PREFIX[side]}.${subnet}`
    const config = {
      Subnet: `${base}.0/24`,
      Gateway: `${base}.${engine.reach === 'direct' ? CLIENT_NUMBER : BRIDGE_NUMBER}`,
      // Podman's networks give no address outside of it, whoever asks.
      ...(engine.name === 'podman' ? {} : { IPRange: `${base}.${DYNAMIC_RANGE}` }),
    }
    const prefix = `${IPV6_PREFIX[side]}:${subnet}`
    const config6 = { Subnet: `${prefix}::/64`, Gateway: `${prefix}::${CLIENT_NUMBER}` }
    const network = await engine.docker.createNetwork({
      Name: names[side],
      Driver: 'bridge',
      Internal: engine.reach === 'direct',
      ...(engine.reach === 'direct' ? {} : { Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }),
      ...(ipv6 ? { EnableIPv6: true } : {}),
      IPAM: {
        Driver: engine.name === 'podman' ? 'host-local' : 'default',
        Config: ipv6 ? [config, config6] : [config],
      },
      Labels: labelsOf(run),
    })
    return {
      id: network.id,
      name: names[side],
      subnet: config.Subnet,
      gateway: `${base}.${CLIENT_NUMBER}`,
      ...(ipv6 ? { ipv6: { subnet: config6.Subnet, gateway: config6.Gateway } } : {}),
    }
  }
  const [lan, internet] = await Promise.allSettled([create('lan'), create('internet')])
  if (lan.status === 'fulfilled' && internet.status === 'fulfilled') return { lan: lan.value, internet: internet.value }
  for (const result of [lan, internet]) {
    if (result.status === 'fulfilled') await engine.docker.getNetwork(result.value.id).remove()
  }
  for (const result of [lan, internet]) {
    if (result.status === 'rejected' && !isTaken(result.reason)) {
      throw new EngineError(`the engine made no network: ${messageOf(result.reason)}`, {
        code: 'NETWORK_NOT_CREATED',
        remedy: 'Correct what the engine names; `mailrig clean` removes networks that were left.',
        cause: result.reason,
      })
    }
  }
  return undefined
}

/** Docker: "Pool overlaps with other one on this address space"; Podman: "subnet … is already used on the host". */
function isTaken(error: unknown): boolean {
  return /pool overlaps|already (?:being )?used/i.test(messageOf(error))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error)
}

function pairOf(engine: Engine, networks: Record<Side, RigNetwork>, subnet: number): NetworkPair {
  const taken = new Set<number>()
  let next = HOSTS.first
  return {
    networks,
    allocate() {
      for (let tried = HOSTS.first; tried <= HOSTS.last; tried += 1) {
        const host = next
        next = next === HOSTS.last ? HOSTS.first : next + 1
        if (!taken.has(host)) {
          taken.add(host)
          return host
        }
      }
      throw new EngineError(`all ${taken.size} addresses of ${networks.lan.name} are taken`, {
        code: 'ADDRESSES_TAKEN',
        remedy: 'Close rigs that are not needed any more, or use more than one network pair.',
      })
    },
    release: (host) => void taken.delete(host),
    address: (host, side) => `${PREFIX[side]}.${subnet}.${host}`,
    async remove() {
      await Promise.all([networks.lan, networks.internet].map(({ id }) => removeNetwork(engine.docker, id)))
    },
  }
}

/** The name of a network's bridge on the engine's own host. */
export function bridgeOf(networkId: string): string {
  return `br-${networkId.slice(0, 12)}`
}

/**
 * The IPv6 address of who has this IPv4 address on a network: its host number stands in the last place, in the same digits.
 * Undefined where the network has no IPv6.
 */
export function ipv6Of({ ipv6 }: Pick<RigNetwork, 'ipv6'>, address: string): string | undefined {
  return ipv6?.subnet.replace(/\/64$/, address.split('.').at(-1) ?? '')
}

/** What the engine is told to give a container there. */
export function standingAt(network: RigNetwork, address: string): { IPv4Address: string; IPv6Address?: string } {
  const ipv6 = ipv6Of(network, address)
  return { IPv4Address: address, ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }) }
}

/**
 * Removes a network, and disconnects first what is attached when the engine refuses because of that. Where the engine
 * counts an endpoint of a container that it no longer has, which Docker can come to when a container ends while it is
 * made, nobody can remove the network until the engine is restarted: it stays, empty, and the next sweep tries again.
 *
 * @internal
 */
export async function removeNetwork(docker: Dockerode, id: string): Promise<void> {
  const network = docker.getNetwork(id)
  try {
    await network.remove()
  } catch (error) {
    if (isGone(error)) return
    const attached = await network.inspect().catch(() => undefined)
    if (attached === undefined) return
    await Promise.all(
      Object.keys(attached.Containers ?? {}).map((Container) =>
        network.disconnect({ Container, Force: true }).catch(() => undefined),
      ),
    )
    await network.remove().catch(async (again: unknown) => {
      if (isGone(again)) return
      const left = await network.inspect().catch(() => undefined)
      const forgotten =
        /has active endpoints/.test(messageOf(again)) && Object.keys(left?.Containers ?? {}).length === 0
      if (!forgotten) throw again
    })
  }
}

/** The engine's answer for something that does not exist (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404
}
