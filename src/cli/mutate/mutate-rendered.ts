import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { TestSpecification } from 'vitest/node'
import type { Progress } from '../../engine/progress.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { soMany } from '../../errors/so-many.ts'
import { anyLeft, mutantsOfShard, runCampaign, type Trial, unlessStopped } from '../../mutate/campaign.ts'
import { documentOfMutation, type MutationDocument, mutantsIn, shownFiles } from '../../mutate/document.ts'
import { Journal } from '../../mutate/journal.ts'
import { LikelyFirst } from '../../mutate/likely-first.ts'
import type { ConfigurationFile } from '../../mutate/mutated-target.ts'
import type { MutantVerdict } from '../../mutate/verdict.ts'
import { commitOf } from '../../report/commit.ts'
import type { Mutation } from '../../servers/mutation.ts'
import { mtaNamed, STORE_NAMES, storeNamed } from '../../servers/registry.ts'
import type { Platform } from '../../targets/platform.ts'
import { platformName } from '../../targets/platform.ts'
import { RELEASES_VARIABLE, STORES_VARIABLE } from '../../vitest/config.ts'
import { cancelOnSignal } from '../cancel-on-signal.ts'
import { scenarioRoot } from '../scenario-root.ts'
import { noScenarios, noSuchPath, scenarioVitest } from '../scenario-vitest.ts'
import { endOf, type MutateOptions } from './mutate-options.ts'
import { tellProgress } from './mutate-progress.ts'
import { type FileOutcome, VitestLane } from './vitest-lane.ts'

/** After so many test files in which a server prints the same configuration as without it, a mutant is equivalent. */
const EQUIVALENT_AFTER = 3

/** Told what was found out, before anything is cleaned up: who interrupts does not wait for that. */
export type Tell = (document: MutationDocument) => Promise<void>

/**
 * Mutates what the rigs of scenarios and session files render, and sees which of their tests notice.
 *
 * @returns the exit code of the signal that ended it; undefined where none did
 */
export async function mutateRendered(
  paths: readonly string[],
  platform: Platform,
  options: MutateOptions & { progress: Progress; tell: Tell },
): Promise<number | undefined> {
  for (const path of paths) if (!existsSync(path)) throw noSuchPath(path)
  process.env[RELEASES_VARIABLE] = platform.release
  process.env[STORES_VARIABLE] = platform.store?.name ?? ''
  const root = scenarioRoot(paths)
  const lanes: VitestLane[] = []
  const stop = new AbortController()
  const began = performance.now()
  try {
    const cancelCurrentRun = async () => {
      stop.abort()
      for (const lane of lanes) lane.cancel()
    }
    return await cancelOnSignal({ cancelCurrentRun }, async () => {
      const files = paths.map((path) => resolve(path))
      const count = options.lanes ?? 2 * availableParallelism()
      for (let lane = 0; lane < count; lane += 1) lanes.push(await openLane(root, platformName(platform)))
      const tests = await new TestFiles(root, files, lanes).find(paths)
      await options.tell(await campaign(tests, platform, { ...options, stop: stop.signal, began }))
    })
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

async function openLane(root: string, name: string): Promise<VitestLane> {
  const config = { reporters: [{}], bail: 1, maxWorkers: 1, fileParallelism: false }
  return new VitestLane(await scenarioVitest({ root, names: [name], config, streams: { stdout: process.stderr } }))
}

/** The test files of a run, as each lane knows them. */
class TestFiles {
  readonly root: string
  readonly lanes: readonly VitestLane[]
  readonly #paths: readonly string[]
  readonly #specifications: Map<string, TestSpecification>[] = []

  constructor(root: string, paths: readonly string[], lanes: readonly VitestLane[]) {
    this.root = root
    this.#paths = paths
    this.lanes = lanes
  }

  /** @throws {InputError} NO_SCENARIOS */
  async find(named: readonly string[]): Promise<this> {
    for (const lane of this.lanes) {
      const found = await lane.specifications(this.#paths)
      this.#specifications.push(new Map(found.map((one) => [one.moduleId, one])))
    }
    if (this.files.length === 0) throw noScenarios(named)
    return this
  }

  get files(): string[] {
    return [...(this.#specifications[0]?.keys() ?? [])].sort()
  }

  shown(file: string): string {
    return relative(this.root, file)
  }

  run(lane: number, file: string, order: Parameters<VitestLane['run']>[1]): Promise<FileOutcome> {
    const specification = this.#specifications[lane]?.get(file)
    const worker = this.lanes[lane]
    if (!specification || !worker) throw new Error(`no lane ${lane} has ${file}`)
    return worker.run(specification, order)
  }

  /** Every file once without a mutant, side by side. */
  async runAll(onFile: (done: number) => void, stop: AbortSignal, files = this.files): Promise<FileOutcome[]> {
    const waiting = [...files]
    const outcomes: FileOutcome[] = []
    const work = async (lane: number) => {
      for (let file = waiting.shift(); file && !stop.aborted; file = waiting.shift()) {
        outcomes.push(await this.run(lane, file, { dumps: {} }))
        onFile(outcomes.length)
      }
    }
    await Promise.all(this.lanes.map((_, lane) => work(lane)))
    return outcomes
  }
}

interface Campaign extends MutateOptions {
  progress: Progress
  stop: AbortSignal
  began: number
}

async function campaign(tests: TestFiles, platform: Platform, options: Campaign): Promise<MutationDocument> {
  const { progress, stop, budgetMs, began } = options
  const before = await green(tests, options, 'before the first mutant')
  const recorded = before.flatMap(({ file, rigs }) =>
    rigs.flatMap(({ files }) => files.map((one) => ({ ...one, test: file }))),
  )
  const found = mutantsIn(recorded, mutationOf(platform))
  const mutants = [...found.values()].map(({ mutant }) => mutant).filter(({ text }) => options.wants(text))
  if (mutants.length === 0 && !stop.aborted) throw nothing(tests, platform, found.size)
  const texts = await Promise.all(tests.files.map((file) => readFile(file, 'utf8')))
  const parts = [platformName(platform), ...tests.files.map((file) => tests.shown(file)), ...texts]
  const journal = await Journal.open(
    join(process.cwd(), '.mailrig'),
    [...parts, ...mutants.map(({ id }) => id)],
    options.fresh,
  )
  const budget = endOf(budgetMs)
  const over = budget ? AbortSignal.any([stop, budget]) : stop
  const told = tellProgress(progress, mutantsOfShard(mutants, options.shard), journal.known)
  const files = new Map(
    [...found].map(([id, { files: holding }]) => [id, [...new Set(holding.map(({ test }) => test))]]),
  )
  const tried = await runCampaign({
    mutants,
    lanes: tests.lanes.length,
    shard: options.shard,
    known: journal.known,
    signal: over,
    attempt: unlessStopped(trialOf(tests, { before, files, stop }), stop),
    onVerdict: (one) => {
      told.verdict(one)
      void journal.add(one)
    },
  })
  told.done()
  const used = tried.some(({ result }) => result.verdict !== 'untried')
  if (used && !stop.aborted) await green(tests, options, 'after the last mutant')
  const left = anyLeft(tried, options.shard)
  return documentOfMutation({
    target: platformName(platform),
    noun: 'test',
    tests: tests.files.map((file) => tests.shown(file)),
    shard: options.shard,
    commit: await commitOf(tests.root),
    ...(left ? { ended: stop.aborted ? ('interrupted' as const) : ('budget' as const) } : {}),
    durationMs: Math.round(performance.now() - began),
    files: shownFiles(recorded as ConfigurationFile[], mutationOf(platform), new Set(mutants.map(({ id }) => id))),
    tried,
  })
}

function nothing(tests: TestFiles, platform: Platform, all: number): InputError {
  const name = platformName(platform)
  const files = tests.files.map((file) => tests.shown(file)).join(', ')
  return new InputError(
    all > 0
      ? `none of ${soMany(all, 'mutant')} of ${name} has the text of --match`
      : `no test in ${files} starts ${name}`,
    {
      code: 'MUTATE_NOTHING',
      remedy:
        all > 0
          ? 'Leave --match out to see what there is.'
          : 'Name files whose tests start a rig on this server and release.',
    },
  )
}

/** @throws {InputError} MUTATE_RED with what failed */
async function green(tests: TestFiles, { progress, stop }: Campaign, when: string): Promise<FileOutcome[]> {
  const step = progress.step(`the tests without a mutant, ${when}`)
  const outcomes = await tests.runAll((done) => step.update(`${done} of ${tests.files.length} files`), stop)
  const failed = outcomes.flatMap(({ file, failure }) =>
    failure ? [`${tests.shown(file)}: ${failure.by}: ${failure.because}`] : [],
  )
  if (failed.length === 0 || stop.aborted) {
    step.done()
    return outcomes
  }
  step.fail()
  throw new InputError(`without any mutant, ${when}, this fails:\n${failed.map((line) => `  ${line}`).join('\n')}`, {
    code: 'MUTATE_RED',
    remedy: 'Correct it first: `mailrig run` shows what happened.',
  })
}

function trialOf(
  tests: TestFiles,
  { before, files, stop }: { before: readonly FileOutcome[]; files: ReadonlyMap<string, string[]>; stop: AbortSignal },
): Trial {
  const likely = new LikelyFirst()
  const costs = new Map(before.map(({ file, durationMs }) => [file, durationMs]))
  const dumps = new Map(before.map(({ file, rigs }) => [file, rigs.map((rig) => rig.dumps)]))
  return async (mutant, lane): Promise<MutantVerdict | undefined> => {
    const { id, server, path } = mutant
    let ran = 0
    let equivalent = 0
    for (const file of likely.order(mutant, files.get(id) ?? [], costs)) {
      const order = { rule: { id, server, path }, dumps: { [file]: dumps.get(file) ?? [] } }
      const first = await tests.run(lane, file, order)
      if (stop.aborted) return undefined
      // A test that fails once may have failed by the load of the machine: what it noticed, it notices again.
      const { failure, rigs, passed } = first.failure ? await tests.run(lane, file, order) : first
      if (stop.aborted) return undefined
      const refusal = rigs.find(({ became }) => became === 'refused')
      if (refusal) return { verdict: 'refused', because: refusal.because ?? '' }
      if (failure) {
        likely.noticed(mutant, file)
        return { verdict: 'noticed', by: `${tests.shown(file)}: ${failure.by}`, because: failure.because }
      }
      if (rigs.some(({ became }) => became === 'ran')) ran += passed
      else if (rigs.some(({ became }) => became === 'equivalent')) equivalent += 1
      if (ran === 0 && equivalent >= EQUIVALENT_AFTER) break
    }
    return ran === 0 && equivalent > 0 ? { verdict: 'equivalent' } : { verdict: 'survived', ran }
  }
}

function mutationOf({ mta, store }: Platform): (server: string) => Mutation | undefined {
  return (server) => {
    if (server === mta.name) return mtaNamed(server).mutation
    return server === store?.name || STORE_NAMES.includes(server) ? storeNamed(server).mutation : undefined
  }
}
