import { epochNow } from '../metrics/clock.ts'
import type { Flaw } from '../tls/certificates.ts'
import { hopsOf } from '../topology/hops.ts'
import type { Topology } from '../topology/topology.ts'
import type { Stranger, UpstreamListener } from '../upstream/listener.ts'
import { type Accounts, Upstream } from '../upstream/upstream.ts'
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

/** What the topology's own servers log in with is right there, until a test says otherwise. */
function loginsAt(topology: Topology, upstream: string): Accounts | undefined {
  const logins = hopsOf(topology).flatMap((hop) => (hop.upstream === upstream && hop.auth ? [hop.auth] : []))
  if (logins.length === 0) return undefined
  return { accounts: Object.fromEntries(logins.map(({ user, password }) => [user, password])) }
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
    const auth = loginsAt(topology, name)
    const upstream = new Upstream({ name, host, issue, ended, ...certificate, ...(auth ? { auth } : {}) })
    upstreams[name] = upstream
    undo.push(`upstream "${name}"`, listener.register(clients, upstream))
    for (const door of others) {
      const { port } = door
      const { listener: other } = await world.listener(index, port)
      listeners.push(other)
      undo.push(`upstream "${name}", port ${port}`, other.register(clients, upstream, door))
    }
  }
  return {
    upstreams,
    strangers: () => listeners.flatMap(({ strangers }) => strangers.filter(({ at }) => at >= begun)),
  }
}

/** Opens them by IPv6 too, where they have such addresses. To be called when the hosts stand in their networks. */
export async function openByIpv6(
  world: World,
  upstreams: Readonly<Record<string, Upstream>>,
  clients: readonly string[],
  undo: UndoStack,
): Promise<void> {
  for (const [index, [name, upstream]] of Object.entries(upstreams).entries()) {
    const found = await world.listener6(index)
    if (found) undo.push(`upstream "${name}" by IPv6`, found.listener.register(clients, upstream))
  }
}
