import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import '../report/provided-context.ts'
import { costIn, durationsFor } from '../shards/durations.ts'
import { split } from '../shards/split.ts'

/**
 * Runs the files of a project in a mixed order, those that wait for a retry or a database beside those that work. Vitest
 * puts the longest first, and those are the ones that wait: at the beginning of each project every worker did, and 2
 * cores were idle for a fifth of the next ten seconds.
 *
 * The last project stays in vitest's order, so that no long file is left for the end.
 *
 * Of `--shard` it makes parts that take about the same time, where vitest's own have the same number of files:
 * docs/decisions/0014-shards-by-time.md.
 */
export class MailrigSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = [...Map.groupBy(await super.sort(files), ({ project }) => project.name).values()]
    return projects.flatMap((project, index) => (index < projects.length - 1 ? mixed(project) : project))
  }

  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, shard } = this.ctx.config
    if (!shard) return files
    const cost = costIn(await durationsFor(root))
    const portions = files.map((specification) => {
      const { project, moduleId } = specification
      const file = relative(root, moduleId)
      return { group: project.name, name: file, cost: cost(project.name, file), specification }
    })
    const own = split(portions, shard.count)[shard.index - 1] ?? []
    // Before the global setup: it makes ready what these need, and not what the other shards do.
    this.ctx.provide('mailrigShardProjects', [...new Set(own.map(({ group }) => group))])
    return own.map(({ specification }) => specification)
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
