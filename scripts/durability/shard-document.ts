import { readFile, writeFile } from 'node:fs/promises'
import { refuseIncomplete } from '../../src/shards/refusals.ts'
import type { Shard } from '../../src/shards/shard.ts'
import type { Row } from './page.ts'

/** What one shard of `npm run durability` saw. */
export interface DurabilityShard {
  format: 1
  shard: Shard
  commit?: string | undefined
  /** What all shards together do, a text each, in order. */
  whole: string[]
  /** When it began, milliseconds since the epoch; and how long it took. */
  startedAt: number
  minutes: number
  machine: string
  rows: Row[]
}

/** Those that fall to a shard: in turn, for each takes about as long as the others. */
export function portionOf<T>(all: readonly T[], shard: Shard | undefined): T[] {
  return shard === undefined ? [...all] : all.filter((_, place) => place % shard.count === shard.index - 1)
}

export function writeShard(path: string, document: DurabilityShard): Promise<void> {
  return writeFile(path, `${JSON.stringify(document, null, 1)}\n`)
}

/**
 * The shards of one run as if it had been one.
 *
 * @throws {InputError} for shards that are not each part of one run once, or that were ended before their end
 */
export async function joinShards(paths: readonly string[]): Promise<Omit<DurabilityShard, 'shard' | 'format'>> {
  const shards = await Promise.all(
    paths.map(async (path) => ({ path, ...(JSON.parse(await readFile(path, 'utf8')) as DurabilityShard) })),
  )
  refuseIncomplete(shards, ({ whole }) => JSON.stringify(whole))
  const [first] = shards
  if (!first) throw new Error('--join needs the documents of all shards')
  const cut = shards.find(({ shard, whole, rows }) => rows.length < portionOf(whole, shard).length)
  if (cut) throw new Error(`${cut.path} is of a shard that was ended before its last trial: run it again`)
  return {
    commit: first.commit,
    whole: first.whole,
    startedAt: Math.min(...shards.map(({ startedAt }) => startedAt)),
    minutes: Math.max(...shards.map(({ minutes }) => minutes)),
    machine: [...new Set(shards.map(({ machine }) => machine))].join(' and '),
    rows: shards.flatMap(({ rows }) => rows),
  }
}
