import type { InputError } from '../errors/mailrig-error.ts'
import { missingShards, shardsMissing } from '../shards/refusals.ts'
import { type Shard, shardName } from '../shards/shard.ts'
import { unitKey, unitsOf } from './assignment.ts'
import { mergeRuns } from './merge-runs.ts'
import { notRunIn, withNotRun } from './not-run.ts'
import type { Circumstances, RunDocument } from './run-document.ts'
import { checkTogether, type NamedRun, type NamedShard } from './shards-together.ts'

/** Runs of several jobs, and the shards of some, as one run. */
export interface JoinedRuns {
  run: RunDocument
  /** Runs that were ended before they had run all they were to run, a line each. */
  ended: string[]
  /** Shards of which there is no document: the error to tell when all else is done. What was theirs is not run. */
  missing: InputError | undefined
}

/**
 * Joins them. Shards of one run make what that run had made unsharded, but for times.
 *
 * @throws {InputError} SHARD_DOUBLED, SHARD_FOREIGN, SHARD_OF_ANOTHER_COMMIT, SHARD_OF_ANOTHER_COUNT, each naming the file
 */
export function joinRuns(runs: readonly NamedRun[]): JoinedRuns {
  const sets = checkTogether(runs)
  const unsharded = runs.filter(({ run }) => run.shard === undefined)
  const missing = sets.flatMap(missingOf)
  const joined = sets.map((set) => joinSet(set))
  const run = mergeRuns([...unsharded.map((one) => one.run), ...joined])
  return {
    run,
    ended: runs.flatMap(endedBefore),
    missing: missing.length === 0 ? undefined : missingError(missing),
  }
}

/** Of one run that was split. */
function joinSet(set: readonly NamedShard[]): RunDocument {
  const whole = unitsOf(set[0]?.shard.whole ?? [])
  const run = mergeRuns(set.map((one) => one.run))
  const absent = missingShards(set).map(shardName)
  const why = `not run: there is no document of shard ${absent.join(', ')}`
  const made = madeTogether(run.made ?? [])
  return withNotRun({ ...run, ...(made.length > 0 ? { made } : {}) }, whole, why)
}

interface MissingShard {
  shard: Shard
  /** The document of another shard of the same run. */
  beside: string
  /** What no other shard was to run. */
  files: string[]
}

function missingOf(set: readonly NamedShard[]): MissingShard[] {
  const [first] = set
  const taken = new Set(set.flatMap(({ own }) => own.map(unitKey)))
  // Of several that are absent nobody knows which of them had what.
  const files = unitsOf(first?.shard.whole ?? [])
    .map(unitKey)
    .filter((key) => !taken.has(key))
  return missingShards(set).map((shard) => ({ shard, beside: first?.path ?? '', files }))
}

const SHOWN = 20

function missingError(missing: readonly MissingShard[]): InputError {
  const files = [...new Set(missing.flatMap(({ files }) => files))]
  const shown = files.slice(0, SHOWN).map((file) => `not run: ${file}`)
  return shardsMissing(missing, files.length > SHOWN ? [...shown, `… and ${files.length - SHOWN} more`] : shown)
}

function endedBefore({ path, run }: NamedRun): string[] {
  if (!run.unfinished) return []
  const left = notRunIn(run)
  const what = run.shard === undefined ? 'this run' : `shard ${shardName(run.shard)}`
  const files = `${left.length} ${left.length === 1 ? 'file' : 'files'}`
  return [`${path}: ${what} was ended before it had run ${files}`, ...left.map((file) => `not run: ${file}`)]
}

/** One line for all shards that ran with the same software: from the first that began to the last that ended. */
function madeTogether(made: readonly Circumstances[]): Circumstances[] {
  const alike = Map.groupBy(made, ({ startedAt: _, durationMs: __, ...software }) => JSON.stringify(software))
  return [...alike.values()].map((some) => {
    const startedAt = Math.min(...some.map((one) => one.startedAt))
    const ended = Math.max(...some.map((one) => one.startedAt + one.durationMs))
    return { ...(some[0] as Circumstances), startedAt, durationMs: ended - startedAt }
  })
}
