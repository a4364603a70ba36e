import { InputError } from '../errors/mailrig-error.ts'
import { type Shard, shardName } from './shard.ts'

/** The document of a shard, and where it came from. */
export interface ShardDocument {
  path: string
  shard: Shard
  commit?: string | undefined
}

/** @throws {InputError} SHARD_OF_ANOTHER_COMMIT where one is not of the commit of the first */
export function refuseOtherCommits(documents: readonly ShardDocument[]): void {
  const [first] = documents
  const other = documents.find(({ commit }) => commit !== first?.commit)
  if (!first || !other) return
  const of = ({ commit, path }: ShardDocument) => `${path} is of ${commit ? `commit ${commit}` : 'no known commit'}`
  throw new InputError(`${of(other)}, and ${of(first)}`, {
    code: 'SHARD_OF_ANOTHER_COMMIT',
    remedy: 'Give the shards of one run. Where git is not there, set MAILRIG_COMMIT for all of them.',
  })
}

/** @throws {InputError} SHARD_DOUBLED where two are the same part of one run */
export function refuseDoubled(documents: readonly ShardDocument[]): void {
  const before = new Map<number, ShardDocument>()
  for (const one of documents) {
    const twin = before.get(one.shard.index)
    if (twin) {
      throw new InputError(`${one.path} and ${twin.path} are both shard ${shardName(one.shard)}`, {
        code: 'SHARD_DOUBLED',
        remedy: 'Give each shard once: of one that ran twice the document that counts.',
      })
    }
    before.set(one.shard.index, one)
  }
}

export function otherCount(one: ShardDocument, first: ShardDocument): InputError {
  return new InputError(
    `${one.path} is shard ${shardName(one.shard)}, and ${first.path} is shard ${shardName(first.shard)}`,
    {
      code: 'SHARD_OF_ANOTHER_COUNT',
      remedy: 'Give shards of one run, which was split into one number of parts.',
    },
  )
}

/** The shards of one run of which there is no document. */
export function missingShards(documents: readonly ShardDocument[]): Shard[] {
  const count = documents[0]?.shard.count ?? 0
  const there = new Set(documents.map(({ shard }) => shard.index))
  return Array.from({ length: count }, (_, index) => ({ index: index + 1, count })).filter(
    ({ index }) => !there.has(index),
  )
}

/**
 * @param beside the document of a shard that is there
 * @param details lines more
 */
export function shardsMissing(
  missing: readonly { shard: Shard; beside: string }[],
  details: readonly string[] = [],
): InputError {
  const names = missing.map(
    ({ shard, beside }) => `there is no document of shard ${shardName(shard)}; ${beside} is of the same run`,
  )
  return new InputError([...names, ...details].join('\n'), {
    code: 'SHARD_MISSING',
    remedy: 'Give the documents of all shards. Run those again of which there is none.',
  })
}

/**
 * Refuses what is not each shard of one run once.
 *
 * @param sameRun what is alike in the documents of one run; of any form
 * @throws {InputError}
 */
export function refuseIncomplete<T extends ShardDocument>(documents: readonly T[], sameRun: (one: T) => string): void {
  const [first] = documents
  if (!first) return
  refuseOtherCommits(documents)
  for (const one of documents) {
    if (one.shard.count !== first.shard.count) throw otherCount(one, first)
    if (sameRun(one) === sameRun(first)) continue
    throw new InputError(`${one.path} and ${first.path} are shards of two runs`, {
      code: 'SHARD_FOREIGN',
      remedy: 'Give the shards of one run, started with the same paths, servers and options.',
    })
  }
  refuseDoubled(documents)
  const missing = missingShards(documents)
  if (missing.length > 0) throw shardsMissing(missing.map((shard) => ({ shard, beside: first.path })))
}
