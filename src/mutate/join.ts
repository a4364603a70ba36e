import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError } from '../errors/mailrig-error.ts'
import { refuseIncomplete } from '../shards/refusals.ts'
import { ownerOf } from './campaign.ts'
import { documentOfMutation, type MutationDocument } from './document.ts'
import type { Mutant } from './mutant.ts'
import type { TriedMutant } from './verdict.ts'

const entry = z.looseObject({
  id: z.string(),
  server: z.string(),
  path: z.string(),
  line: z.number(),
  operator: z.string(),
  text: z.string(),
  before: z.string(),
  after: z.string(),
  verdict: z.enum(['noticed', 'survived', 'equivalent', 'refused', 'untried']),
})

const document = z.looseObject({
  target: z.string(),
  noun: z.enum(['test', 'check']),
  tests: z.array(z.string()),
  shard: z.object({ index: z.number().int().positive(), count: z.number().int().positive() }),
  commit: z.string().optional(),
  ended: z.enum(['budget', 'interrupted']).optional(),
  durationMs: z.number(),
  mutants: z.array(entry),
  files: z.array(z.unknown()),
})

type ShardOfMutation = z.infer<typeof document> & { path: string }

/**
 * Reads what the shards of `mailrig mutate --shard` printed with --json, and joins it into the document of all mutants.
 *
 * @throws {InputError} BAD_RUN for a file that is none of a shard, SHARD_MISSING and others for shards that are not one run
 */
export async function joinMutations(paths: readonly string[]): Promise<MutationDocument> {
  const shards = await Promise.all(paths.map(readShard))
  refuseIncomplete(shards, ({ target, noun, tests, mutants }) =>
    JSON.stringify([target, noun, tests, mutants.map(({ id }) => id).toSorted()]),
  )
  const [first] = shards as [ShardOfMutation]
  const verdicts = new Map(
    shards.map(({ shard, mutants }) => [shard.index, new Map(mutants.map((one) => [one.id, one]))]),
  )
  const owner = ownerOf(first.mutants, first.shard.count)
  const tried = first.mutants.map(({ id }) => verdicts.get(owner.get(id) ?? 0)?.get(id)).flatMap((one) => one ?? [])
  const ended = shards.find((one) => one.ended !== undefined)?.ended
  return documentOfMutation({
    target: first.target,
    noun: first.noun,
    tests: first.tests,
    commit: first.commit,
    ...(ended ? { ended } : {}),
    durationMs: Math.max(...shards.map(({ durationMs }) => durationMs)),
    files: first.files as MutationDocument['files'],
    tried: tried.map(triedMutant),
  })
}

function triedMutant(one: z.infer<typeof entry>): TriedMutant {
  const { id, server, path, line, operator, text, before, after, ...result } = one
  const mutant: Mutant = { id, server, path, line, operator, text, before, after }
  return { mutant, result: result as unknown as TriedMutant['result'] }
}

async function readShard(path: string): Promise<ShardOfMutation> {
  const remedy = 'Give what `mailrig mutate --shard i/n --json` printed.'
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`cannot read ${path}`, { code: 'NO_RUN', remedy, cause })
  })
  try {
    return { ...document.parse(JSON.parse(text)), path }
  } catch (cause) {
    throw new InputError(`${path} is no document of a shard of mailrig mutate`, { code: 'BAD_RUN', remedy, cause })
  }
}
