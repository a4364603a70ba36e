import { epochNow } from '../metrics/clock.ts'
import type { Flaw } from '../tls/certificates.ts'
import type { Topology } from '../topology/topology.ts'
import type { Stranger, UpstreamListener } from '../upstream/listener.ts'
import { Upstream } from '../upstream/upstream.ts'
import { otherPorts, upstreamNames } from './addresses.ts'
import type { UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

export interface OpenUpstreams {
  upstreams: Record<string, Upstream>
  /** Who was reset at their addresses since they are open, because no rig has the client's address. */
  strangers(): Stranger[]
}

interface Wanted {
  topology: Topology
  /** The addresses of the servers, by which connections are told apart. */
  clients: readonly string[]
  ended: AbortSignal
}

/** Opens the fake relays of a topology to the servers of one rig. */
export async function openUpstreams(
  world: World,
  { topology, clients, ended }: Wanted,
  undo: UndoStack,
): Promise<OpenUpstreams> {
  const upstreams: Record<string, Upstream> = {}
  const listeners: UpstreamListener[] = []
  const begun = epochNow()
  for (const [index, name] of upstreamNames(topology).entries()) {
    const { listener } = await world.listener(index)
    listeners.push(listener)
    const host = `${name}.example`
    const issue = (flaw?: Flaw) => (flaw ? world.certificates.flawed(host, flaw) : world.certificates.of(host))
    const others = otherPorts(topology, name)
    const certificate = others.some(({ implicit }) => implicit) ? { certificate: await issue() } : {}
    const upstream = new Upstream({ name, host, issue, ended, ...certificate })
    upstreams[name] = upstream
    undo.push(`upstream "${name}"`, listener.register(clients, upstream))
    for (const { port, implicit } of others) {
      const { listener: other } = await world.listener(index, port)
      listeners.push(other)
      undo.push(`upstream "${name}", port ${port}`, other.register(clients, upstream, { port, implicit }))
    }
  }
  return {
    upstreams,
    strangers: () => listeners.flatMap(({ strangers }) => strangers.filter(({ at }) => at >= begun)),
  }
}
