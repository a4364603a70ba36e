import { randomInt } from 'node:crypto'
import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Side } from '../servers/contract.ts'
import type { Engine } from './engine.ts'
import { labelsOf, type Run } from './labels.ts'

export interface RigNetwork {
  id: string
  name: string
  /** CIDR, e.g. `198.18.7.0/24`. */
  subnet: string
  /** The host's address on it where reach is direct. */
  gateway: string
}

/** The two networks of a rig. Their addresses agree in the last two octets. */
export interface NetworkPair {
  networks: Record<Side, RigNetwork>
  /**
   * A host number for one container, 10 to 239, not handed out before as long as others are free: a host may remember
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
const SUBNETS = 256
const HOSTS = { first: 10, last: 239 }
/** Containers that others attach get their address here, away from those that a rig gives out. */
const DYNAMIC_RANGE = '240/28'

let serial = 0

/**
 * Creates the two networks side by side. Where the host reaches containers directly they are internal: nothing in them
 * has a route out. Elsewhere ports must be published, which internal networks cannot; there, packets that leave keep
 * their source address, to which no answer comes back.
 *
 * @throws {EngineError} when the engine refuses, or 32 subnets in a row are taken.
 */
export async function createNetworkPair(engine: Engine, run: Run): Promise<NetworkPair> {
  serial += 1
  // The processes of one run name their networks independently of each other.
  const base = `mailrig-${run.id}-${process.pid}-${serial}`
  const names = { lan: `${base}-lan`, internet: `${base}-internet` }
  let subnet = randomInt(SUBNETS)
  for (let attempt = 0; attempt < 32; attempt += 1) {
    const networks = await tryCreate(engine, run, names, subnet)
    if (networks) return pairOf(engine, networks, subnet)
    subnet = (subnet + 1) % SUBNETS
  }
  throw new EngineError('no free subnet for the rig: 32 in a row of 198.18.0.0/15 are taken', {
    code: 'SUBNETS_TAKEN',
    remedy: 'Run `mailrig clean`, or `docker network prune`, to remove networks that nothing uses.',
  })
}

async function tryCreate(
  engine: Engine,
  run: Run,
  names: Record<Side, string>,
  subnet: number,
): Promise<Record<Side, RigNetwork> | undefined> {
  const create = async (side: Side): Promise<RigNetwork> => {
    const base = `${PREFIX[side]}.${subnet}`
    const config = { Subnet: `${base}.0/24`, Gateway: `${base}.1`, IPRange: `${base}.${DYNAMIC_RANGE}` }
    const network = await engine.docker.createNetwork({
      Name: names[side],
      Driver: 'bridge',
      Internal: engine.reach === 'direct',
      ...(engine.reach === 'direct' ? {} : { Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }),
      IPAM: { Driver: engine.name === 'podman' ? 'host-local' : 'default', Config: [config] },
      Labels: labelsOf(run),
    })
    return { id: network.id, name: names[side], subnet: config.Subnet, gateway: config.Gateway }
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

/** Removes a network, and disconnects first what is attached when the engine refuses because of that. */
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
    try {
      await network.remove()
    } catch (again) {
      if (!isGone(again) && !(await isMiscounted(network, again))) throw again
    }
  }
}

/**
 * Does the engine speak of endpoints where none is attached? Docker may lose count when a container goes by itself while
 * it is being removed, and then keeps the network until it is started anew (moby/moby#42119). Nothing can be done about
 * it from here, and nobody is to be kept from running by what a dead run left.
 */
async function isMiscounted(network: Dockerode.Network, error: unknown): Promise<boolean> {
  if (!(error instanceof Error) || !/has active endpoints/.test(error.message)) return false
  const { Containers } = (await network.inspect().catch(() => ({}))) as { Containers?: object }
  return Object.keys(Containers ?? {}).length === 0
}

/** The engine's answer for something that does not exist (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404
}
