import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Runs the files of a project in a mixed order, those that wait for a retry or a database beside those that work. Vitest
 * puts the longest first, and those are the ones that wait: at the beginning of each project every worker did, and 2
 * cores were idle for a fifth of the next ten seconds.
 *
 * The last project stays in vitest's order, so that no long file is left for the end.
 */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = [...Map.groupBy(await super.sort(files), ({ project }) => project.name).values()]
    return projects.flatMap((project, index) => (index < projects.length - 1 ? mixed(project) : project))
  }
}

/** The fractional parts of its multiples lie as evenly as can be, however many there are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** Neighbours are set far apart, the first few of all by about the same distance. */
export function mixed<T>(items: readonly T[]): T[] {
  return items
    .map((item, index) => ({ item, place: (index * GOLDEN_RATIO) % 1 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
