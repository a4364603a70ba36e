import { Milter } from '../filters/milter.ts'
import { Policy } from '../filters/policy.ts'
import type { Topology } from '../topology/topology.ts'
import { filterListener, filterPorts } from './filter-addresses.ts'
import type { UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

/** The filters that mailrig plays for a rig, by name. */
export interface Filters {
  milters: Readonly<Record<string, Milter>>
  policies: Readonly<Record<string, Policy>>
}

export const NO_FILTERS: Filters = { milters: {}, policies: {} }

/** Opens the filters of a topology to the servers of one rig: before they start, for some ask with their first client. */
export async function openFilters(
  world: World,
  { topology, clients }: { topology: Topology; clients: readonly string[] },
  undo: UndoStack,
): Promise<Filters> {
  const milters: Record<string, Milter> = {}
  const policies: Record<string, Policy> = {}
  for (const { kind, name, port } of filterPorts(topology)) {
    const filter = kind === 'milter' ? new Milter(name) : new Policy(name)
    if (filter instanceof Milter) milters[name] = filter
    else policies[name] = filter
    const { listener } = await filterListener(world, port)
    const leave = listener.register(clients, filter)
    undo.push(`the ${kind} "${name}"`, () => {
      leave()
      filter.close()
    })
  }
  return { milters, policies }
}
