import type { TopologyInput } from '../../../topology/schema.ts'
import type { Declared } from '../settings-file.ts'

/** What is declared of a target, with the names elsewhere that a topology counts on. */
export function withNamesOf(declared: Declared, { internet }: TopologyInput): Declared {
  const names = Array.isArray(internet) ? internet.map(String) : Object.keys(internet ?? {})
  return { ...declared, elsewhere: [...(declared.elsewhere ?? []), ...names] }
}
