import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Check, type CheckResult, loadChecks } from '../../check/index.ts'
import type { Progress } from '../../engine/progress.ts'
import { removeRun } from '../../engine/sweep.ts'
import { EngineError, InputError } from '../../errors/mailrig-error.ts'
import { anyLeft, mutantsOfShard, runCampaign, type Trial, unlessStopped } from '../../mutate/campaign.ts'
import { documentOfMutation, mutantsIn, shownFiles } from '../../mutate/document.ts'
import { Journal } from '../../mutate/journal.ts'
import { LikelyFirst } from '../../mutate/likely-first.ts'
import { type Mutant, mutated } from '../../mutate/mutant.ts'
import type { ConfigurationFile } from '../../mutate/mutated-target.ts'
import type { MutantVerdict } from '../../mutate/verdict.ts'
import { commitOf } from '../../report/commit.ts'
import { mapTexts } from '../../report/mask.ts'
import { type OpenRun, openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Mutation } from '../../servers/mutation.ts'
import { DEFAULT_STORE, mtaNamed } from '../../servers/registry.ts'
import type { Release } from '../../servers/release.ts'
import { type Adopted, adopt } from '../../targets/adopted/adopted.ts'
import { ensureAdoptedImage } from '../../targets/adopted/image.ts'
import type { SourceTree } from '../../targets/adopted/source-tree.ts'
import { cancelOnSignal } from '../cancel-on-signal.ts'
import { type AdoptedOutcome, tryAdopted } from './adopted-rig.ts'
import type { ChangedLines } from './changed-lines.ts'
import { endOf, type MutateOptions } from './mutate-options.ts'
import { tellProgress } from './mutate-progress.ts'
import type { Tell } from './mutate-rendered.ts'

export interface MutateSource {
  adopted: Adopted
  release: Release
  /** Only lines that have changed, where `--since` says so. */
  changed?: ChangedLines
}

/**
 * Mutates a configuration that was given, and sees whether the checklist tells something else of it.
 *
 * @returns the exit code of the signal that ended it; undefined where none did
 */
export async function mutateAdopted(
  source: MutateSource,
  options: MutateOptions & { progress: Progress; tell: Tell },
): Promise<number | undefined> {
  const { adopted, release } = source
  const began = performance.now()
  const mutationOf = mutationsOf(adopted)
  const files = configurationIn(adopted, mutationOf)
  const mutants = [...mutantsIn(files, mutationOf).values()]
    .map(({ mutant }) => mutant)
    .filter((mutant) => options.wants(mutant.text) && hasChanged(mutant, source.changed))
  if (mutants.length === 0) {
    throw new InputError(`${adopted.survey.tree.label} has no line to change`, {
      code: 'MUTATE_NOTHING',
      remedy: source.changed
        ? 'No line of a configuration has changed since then: leave --since out.'
        : 'Leave --match out to see what there is.',
    })
  }
  const { progress, budgetMs, fresh } = options
  const engine = await prepareEngine([], progress, { accounts: [] })
  const packages = adopted.packages.map(({ name }) => name)
  const image = await ensureAdoptedImage(engine, { release, packages }, progress)
  const checks = await loadChecks()
  const run = await openRun(engine, { recycle: 0 })
  const stop = new AbortController()
  try {
    return await cancelOnSignal({ cancelCurrentRun: async () => stop.abort() }, async () => {
      const dumps = dumpCommands(adopted, mutationOf)
      const base = { world: run.world, release, image, checks, dumps }
      const step = progress.step('the configuration without a mutant')
      const before = await tryAdopted(adopted, base)
      step.done(`${before.results.length} checks`)
      if (before.refusal !== undefined) throw doesNotStart(adopted.mask(before.refusal))
      const parts = [image, ...files.flatMap(({ path, content }) => [path, content]), ...mutants.map(({ id }) => id)]
      const journal = await Journal.open(join(process.cwd(), '.mailrig'), parts, fresh)
      const budget = endOf(budgetMs)
      const told = tellProgress(masked(progress, adopted), mutantsOfShard(mutants, options.shard), journal.known)
      const tried = await runCampaign({
        mutants,
        lanes: options.lanes ?? availableParallelism(),
        shard: options.shard,
        known: journal.known,
        signal: budget ? AbortSignal.any([stop.signal, budget]) : stop.signal,
        attempt: unlessStopped(trialOf(adopted, { base, before, mutationOf, stop: stop.signal }), stop.signal),
        onVerdict: (one) => {
          told.verdict(one)
          void journal.add(one)
        },
      })
      told.done()
      if (!stop.signal.aborted) {
        const again = progress.step('the configuration without a mutant, once more')
        refuseDifferences(before, await tryAdopted(adopted, base))
        again.done()
      }
      const left = anyLeft(tried, options.shard)
      const document = documentOfMutation({
        target: `${adopted.survey.tree.label} on ${release}`,
        noun: 'check',
        tests: checks.map(({ id }) => id),
        shard: options.shard,
        commit: await commitOf(process.cwd()),
        ...(left ? { ended: stop.signal.aborted ? ('interrupted' as const) : ('budget' as const) } : {}),
        durationMs: Math.round(performance.now() - began),
        files: shownFiles(files, mutationOf, new Set(mutants.map(({ id }) => id))),
        tried,
      })
      await options.tell(mapTexts(document, adopted.mask))
    })
  } finally {
    if (stop.signal.aborted) await leaveBehind(run)
    else await run.close()
  }
}

/** Interrupted, hosts are under way that nobody waits for: they go first, and what comes later is the watchdog's. */
async function leaveBehind(run: OpenRun): Promise<void> {
  await removeRun(run.engine, run.run.id).catch(() => undefined)
  await run.close().catch(() => undefined)
}

/** So many checks that could be told before, and cannot be now, say that the server hangs. */
const HANGS_AFTER = 3

interface TrialInput {
  base: Parameters<typeof tryAdopted>[1]
  before: AdoptedOutcome
  mutationOf: (server: string) => Mutation | undefined
  stop: AbortSignal
}

function trialOf(adopted: Adopted, { base, before, mutationOf, stop }: TrialInput): Trial {
  const likely = new LikelyFirst()
  const verdicts = new Map(before.results.map(({ check, finding }) => [check.id, finding.verdict]))
  const costs = new Map(before.results.map(({ check, durationMs }) => [check.id, durationMs]))
  const byId = new Map(base.checks.map((check) => [check.id, check]))
  // What could not be told before tells nothing now, either way.
  const differs = ({ check, finding }: CheckResult) => {
    const was = verdicts.get(check.id)
    return was !== 'unknown' && finding.verdict !== 'unknown' && finding.verdict !== was
  }
  const hangs = ({ check, finding }: CheckResult) =>
    finding.verdict === 'unknown' && verdicts.get(check.id) !== 'unknown'
  return async (mutant): Promise<MutantVerdict | undefined> => {
    let hanging = 0
    const until = (result: CheckResult) => {
      if (hangs(result)) hanging += 1
      return differs(result) || hanging >= HANGS_AFTER
    }
    const changed = withMutant(adopted, mutant, mutationOf)
    if (typeof changed === 'string') return { verdict: 'refused', because: changed }
    const order = likely.order(mutant, [...byId.keys()], costs)
    const decides = (check: Check) =>
      Object.values(check.settings ?? {}).some((names) => names.some((name) => nameOf(mutant) === name))
    const checks = order.flatMap((id) => byId.get(id) ?? []).toSorted((a, b) => Number(decides(b)) - Number(decides(a)))
    const dump = mutationOf(mutant.server)?.dump
    const sameDump = dump?.covers(mutant.path)
      ? { sameDump: { server: mutant.server, hash: before.dumps.get(mutant.server) } }
      : {}
    const outcome = await tryAdopted(changed, { ...base, ...sameDump, checks, until }).catch((error: unknown) => {
      if (stop.aborted) return undefined
      if (error instanceof EngineError) throw error
      return String(error instanceof Error ? error.message : error)
    })
    if (outcome === undefined || stop.aborted) return undefined
    if (typeof outcome === 'string') return { verdict: 'refused', because: adopted.mask(outcome) }
    const { refusal, faults, equivalent, results } = outcome
    if (refusal !== undefined) return { verdict: 'refused', because: adopted.mask(refusal) }
    if (equivalent) return { verdict: 'equivalent' }
    const noticed = results.find(differs) ?? (hanging >= HANGS_AFTER ? results.find(hangs) : undefined)
    if (noticed) {
      likely.noticed(mutant, noticed.check.id)
      return { verdict: 'noticed', by: noticed.check.id, because: adopted.mask(saidOf(noticed)) }
    }
    const fault = faults.find((one) => !before.faults.includes(one))
    if (fault !== undefined) return { verdict: 'noticed', by: 'the start', because: adopted.mask(fault) }
    return { verdict: 'survived', ran: results.filter(({ finding }) => finding.verdict !== 'not-applicable').length }
  }
}

/** The first word of the line: what most servers call the setting. */
function nameOf({ before }: Mutant): string {
  return /^\s*([\w-]+)/.exec(before)?.[1] ?? ''
}

function saidOf({ check, finding }: CheckResult): string {
  switch (finding.verdict) {
    case 'fault':
      return `${finding.expected}; came: ${finding.came}`
    case 'ok':
      return `${check.title}, which did not hold before`
    default:
      return finding.reason
  }
}

/** The configuration with a mutant; a sentence where mailrig cannot even read it. */
function withMutant(
  adopted: Adopted,
  { id, server, path }: Mutant,
  mutationOf: TrialInput['mutationOf'],
): Adopted | string {
  const { tree } = adopted.survey
  const file = tree.files.get(path)
  const mutation = mutationOf(server)
  const text = mutation && file && mutated(id, { server, mutation, path, text: file.content.toString('utf8') })
  if (!file || text === undefined) throw new Error(`${path} does not hold the mutant ${id}`)
  const changed: SourceTree = {
    ...tree,
    files: new Map([...tree.files, [path, { ...file, path, mode: file.mode, content: Buffer.from(text) }]]),
  }
  try {
    const { survey, name, release, mask } = adopt(changed, adopted.declared, { seed: adopted.seed })
    // Packages, accounts and the host's own name stay: they are of the host, not of the line.
    return {
      ...adopted,
      survey,
      name: adopted.declared.host === undefined ? name : adopted.name,
      release,
      mask: (said) => adopted.mask(mask(said)),
    }
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
}

function mutationsOf({ survey }: Adopted): (server: string) => Mutation | undefined {
  return (server) => {
    if (server === survey.mta?.name) return mtaNamed(server).mutation
    return server === DEFAULT_STORE.name && survey.dovecot ? DEFAULT_STORE.mutation : undefined
  }
}

function serversOf({ survey: { mta, dovecot } }: Adopted): string[] {
  return [...(mta ? [mta.name] : []), ...(dovecot ? [DEFAULT_STORE.name] : [])]
}

function configurationIn(adopted: Adopted, mutationOf: TrialInput['mutationOf']): ConfigurationFile[] {
  const { survey } = adopted
  return serversOf(adopted).flatMap((server) =>
    [...survey.tree.files.values()].flatMap(({ path, content }) =>
      mutationOf(server)?.formatOf(path) === undefined || content.includes(0)
        ? []
        : [{ server, path, content: content.toString('utf8') }],
    ),
  )
}

function dumpCommands(adopted: Adopted, mutationOf: TrialInput['mutationOf']) {
  return new Map(
    serversOf(adopted).flatMap((server) => {
      const dump = mutationOf(server)?.dump
      return dump ? [[server, dump] as const] : []
    }),
  )
}

function hasChanged({ path, line, before }: Mutant, changed: ChangedLines | undefined): boolean {
  if (!changed) return true
  const [, lines] = [...changed].find(([file]) => path === `/${file}` || path.endsWith(`/${file}`)) ?? []
  if (!lines) return false
  return before.split('\n').some((_, index) => lines.has(line + index))
}

function doesNotStart(said: string): InputError {
  return new InputError(`without any mutant, the configuration does not start: ${said}`, {
    code: 'MUTATE_RED',
    remedy: 'Correct it first: `mailrig check` says what is wrong.',
  })
}

/** @throws {InputError} MUTATE_RED where a check tells something else of the same configuration */
function refuseDifferences(before: AdoptedOutcome, after: AdoptedOutcome): void {
  const verdicts = new Map(before.results.map(({ check, finding }) => [check.id, finding.verdict]))
  const other = after.results.filter(({ check, finding }) => verdicts.get(check.id) !== finding.verdict)
  if (other.length === 0) return
  const names = other.map(({ check, finding }) => `${check.id}: ${verdicts.get(check.id)}, then ${finding.verdict}`)
  throw new InputError(
    `without any mutant, the same checks end in another way after the mutants were tried:\n${names.map((line) => `  ${line}`).join('\n')}`,
    {
      code: 'MUTATE_RED',
      remedy: 'Run it again on a machine that is less busy: what is known of the mutants is kept.',
    },
  )
}

function masked(progress: Progress, { mask }: Adopted): Progress {
  return { ...progress, line: (text) => progress.line(mask(text)) }
}
