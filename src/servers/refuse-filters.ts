import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { Topology } from '../topology/topology.ts'
import type { Feature } from './feature.ts'
import { milterServers, policyServers } from './filters/milters.ts'

/**
 * Milters and policy services are for servers that ask them, whoever has them.
 *
 * @param server its proper name, and how it answers for its features
 * @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY with the key of the topology and why not.
 */
export function refuseFilters(
  topology: Topology,
  { title, supports }: { title: string; supports: (feature: Feature) => true | string },
): void {
  const { milters, policies, rewriting } = topology
  const asked: { key: string; wanted: boolean; feature: Feature }[] = [
    { key: 'milters', wanted: Object.keys(milters).length > 0, feature: 'milters' },
    { key: 'policies', wanted: Object.keys(policies).length > 0, feature: 'policy-services' },
    ...milterServers(topology).map(({ name }) => filterKey(name, 'milters')),
    ...policyServers(topology).map(({ name }) => filterKey(name, 'policy-services')),
    { key: 'rewriting.srs', wanted: rewriting.srs !== undefined, feature: 'sender-rewriting-scheme' },
  ]
  for (const { key, wanted, feature } of asked) {
    const reason = supports(feature)
    if (!wanted || reason === true) continue
    throw new UnsupportedError(`${key}: ${reason}`, {
      code: 'UNSUPPORTED_TOPOLOGY',
      remedy: `Leave it out, or leave ${title} out of the matrix for this topology.`,
    })
  }
}

function filterKey(name: string, feature: Feature) {
  return { key: `filters.${name}`, wanted: true, feature }
}
