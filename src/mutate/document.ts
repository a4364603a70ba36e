import type { Mutation } from '../servers/mutation.ts'
import type { Shard } from '../shards/shard.ts'
import { type Mutant, mutantsOf, neutral } from './mutant.ts'
import type { ConfigurationFile } from './mutated-target.ts'
import { type MutationScore, scoreOf, type TriedMutant } from './verdict.ts'

/** A mutant as `--json` and the page have it. */
export type MutantEntry = Mutant & {
  verdict: TriedMutant['result']['verdict']
  /** Which test or check noticed it, and with what words. */
  by?: string
  because?: string
  /** How many tests or checks ran with it and noticed nothing. */
  ran?: number
}

/** A configuration with the mutants that stand in it. */
export interface ShownFile {
  server: string
  path: string
  text: string
  /** Where they begin, from 1, and over how many lines they go. */
  mutants: { id: string; line: number; count: number }[]
}

/** What `mailrig mutate` found out. The one document of `--json`. */
export interface MutationDocument {
  /** What was mutated: a target such as `postfix-trixie`, or a folder and a release. */
  target: string
  /** What was to notice. */
  noun: 'test' | 'check'
  /** The test files, or the ids of the checks. */
  tests: string[]
  score: MutationScore
  /** Only this part of the mutants was to be tried; the others are not. */
  shard?: Shard | undefined
  /** The commit that git had checked out, or that MAILRIG_COMMIT names. */
  commit?: string | undefined
  /** Why not all were tried. */
  ended?: 'budget' | 'interrupted'
  durationMs: number
  /** Survivors first. */
  mutants: MutantEntry[]
  files: ShownFile[]
}

const ORDER: readonly MutantEntry['verdict'][] = ['survived', 'noticed', 'equivalent', 'refused', 'untried']

/** Mutants with what became of them, survivors first, then by place. */
export function entriesOf(tried: readonly TriedMutant[]): MutantEntry[] {
  return tried
    .map(({ mutant, result }) => ({ ...mutant, ...result }))
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
        a.server.localeCompare(b.server) ||
        a.path.localeCompare(b.path) ||
        a.line - b.line,
    )
}

/** The mutants of files, each once, with the files that hold it. */
export function mutantsIn<T extends ConfigurationFile>(
  files: readonly T[],
  mutationOf: (server: string) => Mutation | undefined,
): Map<string, { mutant: Mutant; files: T[] }> {
  const found = new Map<string, { mutant: Mutant; files: T[] }>()
  for (const file of files) {
    const mutation = mutationOf(file.server)
    if (!mutation) continue
    for (const { mutant } of mutantsOf(file.server, mutation, file.path, file.content)) {
      const known = found.get(mutant.id)
      if (known) known.files.push(file)
      else found.set(mutant.id, { mutant, files: [file] })
    }
  }
  return found
}

/**
 * As few texts as show every mutant: of each path first the one with most of them, then those with what is missing still.
 *
 * @param asked the ids of the mutants that are shown
 */
export function shownFiles(
  files: readonly ConfigurationFile[],
  mutationOf: (server: string) => Mutation | undefined,
  asked: ReadonlySet<string>,
): ShownFile[] {
  const texts = new Map<string, ShownFile>()
  for (const { server, path, content } of files) {
    const text = neutral(content)
    const mutation = mutationOf(server)
    if (!mutation || texts.has(`${server} ${path} ${text}`)) continue
    const mutants = mutantsOf(server, mutation, path, content).flatMap(({ mutant: { id }, change: { line, count } }) =>
      asked.has(id) ? [{ id, line, count }] : [],
    )
    texts.set(`${server} ${path} ${text}`, { server, path, text, mutants })
  }
  const missing = new Set(asked)
  const left = new Set(texts.values())
  const shown: ShownFile[] = []
  const news = ({ mutants }: ShownFile) => mutants.filter(({ id }) => missing.has(id)).length
  for (;;) {
    let best: ShownFile | undefined
    for (const file of left) if (news(file) > (best ? news(best) : 0)) best = file
    if (!best) break
    left.delete(best)
    shown.push(best)
    for (const { id } of best.mutants) missing.delete(id)
  }
  return shown.toSorted((a, b) => a.server.localeCompare(b.server) || a.path.localeCompare(b.path))
}

export function documentOfMutation({
  tried,
  ...rest
}: Omit<MutationDocument, 'score' | 'mutants'> & { tried: readonly TriedMutant[] }): MutationDocument {
  const { target, noun, tests, shard, commit, ended, durationMs, files } = rest
  return {
    target,
    noun,
    tests,
    score: scoreOf(tried),
    ...(shard ? { shard } : {}),
    ...(commit ? { commit } : {}),
    ...(ended ? { ended } : {}),
    durationMs,
    mutants: entriesOf(tried),
    files,
  }
}
