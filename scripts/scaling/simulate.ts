import { costIn, type Durations } from '../../src/shards/durations.ts'
import { type Portion, split } from '../../src/shards/split.ts'

/** What a run in so many shards takes, by durations that were recorded. Seconds; of machines that are all alike. */
export interface Simulated {
  shards: number
  /** Scenario files on all servers together. */
  files: number
  /** Of all shards together. */
  work: number
  /** Of the slowest shard, and of the mean one. */
  slowest: number
  mean: number
  longestFile: number
  /** How many servers a shard needs the images of: on the mean, and the one with most. */
  servers: { mean: number; most: number }
  /** How long it took to split. */
  splitting: number
}

export interface Simulation {
  recorded: Durations
  /** The recorded files, on so many servers. */
  servers: number
  shards: number
  /** What each shard spends before its first file: an engine that answers, images that are there, workers. */
  overhead: number
  /** So many files at a time on each machine. */
  workers: number
}

/** As many files as that, which take in turn what the recorded ones took. */
export function repeated(recorded: Durations, count: number): Durations {
  const known = Object.values(recorded.projects).flatMap((files) => Object.values(files))
  const files = Array.from(
    { length: count },
    (_, index) => [`${index}.smtp`, known[index % known.length] ?? 0] as const,
  )
  return { format: 1, projects: { recorded: Object.fromEntries(files) } }
}

/** The recorded files on each of so many servers, with what they took. */
export function portionsOf(recorded: Durations, servers: number): Portion[] {
  const cost = costIn(recorded)
  const [project = '', files = {}] = Object.entries(recorded.projects)[0] ?? []
  return Array.from({ length: servers }, (_, server) =>
    Object.keys(files).map((name) => ({ group: `server-${server}`, name, cost: cost(project, name) })),
  ).flat()
}

export function simulate({ recorded, servers, shards, overhead, workers }: Simulation): Simulated {
  const portions = portionsOf(recorded, servers)
  const began = performance.now()
  const parts = split(portions, shards)
  const splitting = (performance.now() - began) / 1000
  const times = parts.map((part) => overhead + sideBySide(part, workers))
  const ofServers = parts.map((part) => new Set(part.map(({ group }) => group)).size)
  return {
    shards,
    files: portions.length,
    work: sum(parts.flat().map(({ cost }) => cost)) / 1000 + shards * overhead,
    slowest: times.reduce((most, time) => Math.max(most, time), 0),
    mean: sum(times) / shards,
    longestFile: portions.reduce((most, { cost }) => Math.max(most, cost), 0) / 1000,
    servers: { mean: sum(ofServers) / shards, most: ofServers.reduce((most, one) => Math.max(most, one), 0) },
    splitting,
  }
}

/** Seconds until the last of them has ended, where each worker takes the next file when it has done one. */
function sideBySide(part: readonly Portion[], workers: number): number {
  const busy = Array.from({ length: workers }, () => 0)
  for (const { cost } of part) {
    const next = busy.indexOf(Math.min(...busy))
    busy[next] = (busy[next] ?? 0) + cost / 1000
  }
  return Math.max(...busy)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
