import { existsSync } from 'node:fs'
import { release } from 'node:os'
import type Dockerode from 'dockerode'
import { InputError } from '../errors/mailrig-error.ts'
import { localSocket } from './endpoint.ts'
import type { Reach } from './engine.ts'

/** What `GET /info` tells of the engine, as far as reaching its containers goes. */
export interface EngineInfo {
  OperatingSystem?: string
  KernelVersion?: string
  SecurityOptions?: string[] | null
}

/**
 * Whether this process can reach containers by their own addresses: it must stand in the network namespace in which
 * the engine makes its bridges. MAILRIG_REACH says it instead.
 */
export function reachOf(endpoint: string, info: EngineInfo, networks: Dockerode.NetworkInspectInfo[]): Reach {
  const wanted = process.env.MAILRIG_REACH
  if (wanted === 'direct' || wanted === 'exposed') return wanted
  if (wanted) {
    throw new InputError(`MAILRIG_REACH is ${JSON.stringify(wanted)}`, {
      code: 'REACH_UNKNOWN',
      remedy: 'Set MAILRIG_REACH to direct or exposed, or leave it unset.',
    })
  }
  return sharesNetworkNamespace(endpoint, info, networks) ? 'direct' : 'exposed'
}

/**
 * Podman's bridges have no address of the host where a network leads nowhere, and come into being with its first
 * container: its containers are reached by published ports alone.
 */
export function reachOfPodman(): Reach {
  if (process.env.MAILRIG_REACH !== 'direct') return 'exposed'
  throw new InputError('MAILRIG_REACH is direct, and the engine is Podman, whose containers the host does not reach', {
    code: 'REACH_IMPOSSIBLE',
    remedy: 'Leave MAILRIG_REACH unset, or use Docker.',
  })
}

function sharesNetworkNamespace(endpoint: string, info: EngineInfo, networks: Dockerode.NetworkInspectInfo[]): boolean {
  if (process.platform !== 'linux' || localSocket(endpoint) === undefined) return false
  // Docker Desktop on Linux keeps its engine in a virtual machine, rootless engines in a namespace of their own.
  if (info.OperatingSystem === 'Docker Desktop' || info.KernelVersion !== release()) return false
  if (info.SecurityOptions?.some((option) => option.includes('rootless'))) return false
  const bridge = networks.map((network) => network.Options?.['com.docker.network.bridge.name']).find(Boolean)
  // Docker's default bridge is always there; seen from a container that has the socket mounted, it is not.
  if (bridge !== undefined) return existsSync(`/sys/class/net/${bridge}`)
  return !existsSync('/.dockerenv') && !existsSync('/run/.containerenv')
}
