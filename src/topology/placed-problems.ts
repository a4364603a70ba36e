import type { PlacedProblem } from '../yaml/place.ts'
import type { PlacedYaml } from '../yaml/read-yaml.ts'
import { readPath } from './path.ts'
import type { Problem } from './topology-error.ts'

/**
 * Problems of a value that was read from YAML, with their places in its text.
 *
 * @param under the keys below which the value stands in that text
 * @param whole what the value is called where the whole of it is wrong
 */
export function placedProblems(
  problems: readonly Problem[],
  yaml: PlacedYaml,
  { under = [], whole = 'topology' }: { under?: readonly string[]; whole?: string } = {},
): PlacedProblem[] {
  return problems.map(({ path, message, ofKey }) => {
    const keys = [...under, ...readPath(path)]
    return { place: ofKey ? yaml.placeOfKey(keys) : yaml.placeOf(keys), message: `${path || whole}: ${message}` }
  })
}
