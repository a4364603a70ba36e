import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { Topology } from '../topology/topology.ts'
import type { Feature } from './feature.ts'

/**
 * Milters and policy services are for servers that ask them.
 *
 * @param server its proper name, and how it answers for its features
 * @throws {UnsupportedError} UNSUPPORTED_TOPOLOGY with the key of the topology and why not.
 */
export function refuseFilters(
  { milters, policies }: Topology,
  { title, supports }: { title: string; supports: (feature: Feature) => true | string },
): void {
  const asked = [
    { key: 'milters', wanted: milters, feature: 'milters' },
    { key: 'policies', wanted: policies, feature: 'policy-services' },
  ] as const
  for (const { key, wanted, feature } of asked) {
    const reason = supports(feature)
    if (Object.keys(wanted).length === 0 || reason === true) continue
    throw new UnsupportedError(`${key}: ${reason}`, {
      code: 'UNSUPPORTED_TOPOLOGY',
      remedy: `Leave it out, or leave ${title} out of the matrix for this topology.`,
    })
  }
}
