import type { Mutant } from './mutant.ts'

/** Orders what can notice a mutant (test files, checks): first what noticed its neighbours, then what is fast. */
export class LikelyFirst {
  /** Place → who noticed a mutant there → how often. */
  readonly #noticed = new Map<string, Map<string, number>>()

  noticed({ server, path, line, before }: Mutant, by: string): void {
    for (const place of placesOf({ server, path, line, before })) {
      const counts = this.#noticed.get(place) ?? new Map<string, number>()
      counts.set(by, (counts.get(by) ?? 0) + 1)
      this.#noticed.set(place, counts)
    }
  }

  /** @param costs what each takes, in any unit */
  order<T extends string>(mutant: Mutant, candidates: readonly T[], costs: ReadonlyMap<string, number>): T[] {
    const places = placesOf(mutant)
    const weight = (one: string) => {
      // The same lines tell more than the same file.
      const [lines, file] = places.map((place) => this.#noticed.get(place)?.get(one) ?? 0)
      return (lines ?? 0) * 100 + (file ?? 0)
    }
    return candidates.toSorted((a, b) => weight(b) - weight(a) || (costs.get(a) ?? 0) - (costs.get(b) ?? 0))
  }
}

function placesOf({ server, path, before }: Pick<Mutant, 'server' | 'path' | 'line' | 'before'>): [string, string] {
  return [`${server} ${path} ${before.split('\n', 1)[0]}`, `${server} ${path}`]
}
