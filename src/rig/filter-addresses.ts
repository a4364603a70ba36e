import type { FilterAddress, RigAddresses } from '../surroundings/rig-addresses.ts'
import type { Topology } from '../topology/topology.ts'
import type { World, WorldListener } from './world.ts'

/** The port of the first filter; the others come after it. Beside the first upstream, whose next hops have other ports. */
const FIRST_PORT = 10_861

/** The filters of a topology in the order of their ports. */
export function filterPorts({
  milters,
  policies,
}: Topology): { kind: 'milter' | 'policy'; name: string; port: number }[] {
  const all = [
    ...Object.keys(milters).map((name) => ({ kind: 'milter' as const, name })),
    ...Object.keys(policies).map((name) => ({ kind: 'policy' as const, name })),
  ]
  return all.map((filter, index) => ({ ...filter, port: FIRST_PORT + index }))
}

/** Where one of them is listened for: rigs of a process share the socket, and the server's address tells whose it is. */
export function filterListener(world: World, port: number): Promise<WorldListener> {
  return world.listener(0, port)
}

/** Where the servers of a rig find its filters; undefined where it has none. */
export async function layOutFilters(world: World, topology: Topology): Promise<RigAddresses['filters'] | undefined> {
  const filters = filterPorts(topology)
  if (filters.length === 0) return undefined
  const placed = await Promise.all(
    filters.map(async ({ kind, name, port: asked }) => {
      const { address, port } = await filterListener(world, asked)
      return { kind, name, at: { address, port } }
    }),
  )
  const of = (wanted: 'milter' | 'policy'): Record<string, FilterAddress> =>
    Object.fromEntries(placed.filter(({ kind }) => kind === wanted).map(({ name, at }) => [name, at]))
  return { milters: of('milter'), policies: of('policy') }
}
