import { InputError } from '../errors/mailrig-error.ts'
import { otherCount, refuseDoubled, refuseOtherCommits, type ShardDocument } from '../shards/refusals.ts'
import { type Unit, unitKey, unitsOf } from './assignment.ts'
import type { RunDocument } from './run-document.ts'

/** A document, and where it came from. */
export interface NamedRun {
  path: string
  run: RunDocument
}

export interface NamedShard extends NamedRun, ShardDocument {
  shard: NonNullable<RunDocument['shard']>
  /** What it was to run. */
  own: Unit[]
}

/**
 * The shards among these documents, those of one run together. Documents that are of no shard may stand beside them, and
 * shards of another run, too, as long as they are about other projects or files.
 *
 * @throws {InputError} for a document that cannot be of the same run as another
 */
export function checkTogether(runs: readonly NamedRun[]): NamedShard[][] {
  const shards = runs.flatMap(asShard)
  refuseOtherCommits(shards)
  const sets = Map.groupBy(shards, ({ shard }) => JSON.stringify([shard.count, shard.whole]))
  checkApart(
    [...sets.values()],
    runs.filter(({ run }) => run.shard === undefined),
  )
  for (const set of sets.values()) checkSet(set)
  return [...sets.values()]
}

function asShard({ path, run }: NamedRun): NamedShard[] {
  if (!run.shard) return []
  const own = Object.entries(run.projects).flatMap(([project, { mta, release, scenarios }]) =>
    scenarios.map(({ file }) => ({ project, mta, release, file })),
  )
  return [{ path, run, shard: run.shard, commit: run.commit, own }]
}

/** No two runs may be about the same file on the same server. */
function checkApart(sets: readonly (readonly NamedShard[])[], unsharded: readonly NamedRun[]): void {
  const owner = new Map<string, NamedShard>()
  for (const set of sets) {
    const [one] = set
    for (const unit of unitsOf(one?.shard.whole ?? [])) {
      const before = owner.get(unitKey(unit))
      if (one && before) throw foreign(before, one, unit)
      if (one) owner.set(unitKey(unit), one)
    }
  }
  for (const { path, run } of unsharded) {
    for (const [project, { scenarios }] of Object.entries(run.projects)) {
      const known = scenarios.flatMap(({ file }) => owner.get(unitKey({ project, file })) ?? [])[0]
      if (!known) continue
      throw new InputError(
        `${path} is the document of no shard, and has files of ${project} that ${known.path}, a shard, is about`,
        {
          code: 'SHARD_FOREIGN',
          remedy: 'Give the shards alone, or that document alone.',
        },
      )
    }
  }
}

function foreign(before: NamedShard, one: NamedShard, { project, file }: Unit): InputError {
  if (before.shard.count !== one.shard.count) return otherCount(one, before)
  return new InputError(
    `${one.path} and ${before.path} are shards of two runs: both runs have ${file} on ${project}, and not the same files else`,
    {
      code: 'SHARD_FOREIGN',
      remedy: 'Give the shards of one run, started with the same paths, servers and options.',
    },
  )
}

/** Each shard once, and no file in two. */
function checkSet(set: readonly NamedShard[]): void {
  refuseDoubled(set)
  const owner = new Map<string, NamedShard>()
  for (const one of set) {
    for (const unit of one.own) {
      const before = owner.get(unitKey(unit))
      if (before) throw splitOtherwise(`${one.path} and ${before.path} both have ${unit.file} on ${unit.project}`)
      owner.set(unitKey(unit), one)
    }
  }
  const [first] = set
  if (!first || set.length < first.shard.count) return
  const left = unitsOf(first.shard.whole).find((unit) => !owner.has(unitKey(unit)))
  if (left) {
    throw splitOtherwise(
      `none of the ${first.shard.count} shards has ${left.file} on ${left.project}: ${set.map(({ path }) => path).join(', ')}`,
    )
  }
}

function splitOtherwise(message: string): InputError {
  return new InputError(`${message}: the shards were not split alike`, {
    code: 'SHARD_FOREIGN',
    remedy: 'Give all shards the same durations: a file that is in the repository, by --durations.',
  })
}
