import { cell, table } from './markdown.ts'
import { BEHAVIOURS, type Objective, SENTENCES } from './objectives.ts'
import { projectOrder, type RunDocument, type TestRun } from './run-document.ts'

interface CoveringTest {
  project: string
  file: string
  test: TestRun
}

/** docs/coverage.md: which scenarios show what, and whether they passed. */
export function renderCoverage(run: RunDocument, known: readonly string[]): string {
  const projects = projectOrder(Object.keys(run.projects), known)
  const tests = projects.flatMap((project) =>
    (run.projects[project]?.scenarios ?? []).flatMap(({ file, tests }) =>
      tests.map((test) => ({ project, file, test })),
    ),
  )
  const rows = (objectives: readonly Objective[]) =>
    objectives.map(({ id, text }) => {
      const covering = tests.filter(({ test }) => test.covers.includes(id))
      const files = [...new Set(covering.map(({ file }) => file))].sort()
      return [id, cell(text), files.map(link).join(', ') || '–', ...projects.map((name) => result(covering, name))]
    })
  const head = ['id', 'what', 'scenarios', ...projects]
  const covered = (objectives: readonly Objective[]) =>
    `${objectives.filter(({ id }) => tests.some(({ test }) => test.covers.includes(id))).length} of ${objectives.length}`
  const strangers = unknownIds(run)
  return `${[
    '# What is covered',
    '',
    'Made by `mailrig report` from a run of the whole matrix; do not edit. *pass*: all scenarios that show it passed.',
    '*part*: some passed, the rest is what this MTA cannot do. *unsupported*: the MTA cannot do any of it; the reasons',
    'stand below.',
    '',
    '## Sentences of the LPIC-2 chapter 211',
    '',
    `Covered: ${covered(SENTENCES)}. S and the number of the line.`,
    '',
    table(head, rows(SENTENCES)),
    '',
    '## Behaviours',
    '',
    `Covered: ${covered(BEHAVIOURS)}.`,
    '',
    table(head, rows(BEHAVIOURS)),
    ...unsupported(tests),
    ...(strangers.length === 0 ? [] : ['', '## Ids that stand for nothing', '', strangers.join(', ')]),
  ].join('\n')}\n`
}

/** Ids that scenarios say they cover and no list has: slips of the pen. */
export function unknownIds(run: RunDocument): string[] {
  const known = new Set([...SENTENCES, ...BEHAVIOURS].map(({ id }) => id))
  const named = Object.values(run.projects).flatMap(({ scenarios }) =>
    scenarios.flatMap(({ tests }) => tests.flatMap(({ covers }) => covers)),
  )
  return [...new Set(named)].filter((id) => !known.has(id)).sort()
}

function result(covering: readonly CoveringTest[], project: string): string {
  const states = new Set(covering.filter((one) => one.project === project).map(({ test }) => test.state))
  if (states.size === 0) return '–'
  if (states.has('failed')) return '**fail**'
  if (states.has('skipped')) return '**skipped**'
  if (states.has('not-run')) return '**not run**'
  if (!states.has('passed')) return 'unsupported'
  return states.has('unsupported') ? 'part' : 'pass'
}

function unsupported(tests: readonly CoveringTest[]): string[] {
  const byReason = Map.groupBy(
    tests.filter(({ test }) => test.state === 'unsupported'),
    ({ test }) => test.reason ?? '',
  )
  if (byReason.size === 0) return []
  const rows = [...byReason]
    .map(([reason, found]) => [
      cell(reason),
      [...new Set(found.map(({ file }) => file))].sort().map(link).join(', '),
      [...new Set(found.map(({ project }) => project))].join(', '),
    ])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return ['', '## Unsupported', '', table(['why', 'scenarios', 'projects'], rows)]
}

function link(file: string): string {
  return `[${file.replace(/^scenarios\//, '').replace(/\.scenario\.ts$/, '')}](../${file})`
}
