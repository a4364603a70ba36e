import type { RunDocument } from './run-document.ts'

/** The end of a run in a few lines: how many passed, what is unsupported and why, and what the boots cost. */
export function summarise(run: RunDocument): string[] {
  const projects = Object.entries(run.projects)
  const tests = projects.flatMap(([project, { scenarios }]) =>
    scenarios.flatMap(({ tests }) => tests.map((test) => ({ project, test }))),
  )
  const count = (state: string) => tests.filter(({ test }) => test.state === state).length
  const states = ['passed', 'failed', 'unsupported', 'skipped', 'not-run']
    .filter((state) => state === 'passed' || count(state) > 0)
    .map((state) => `${count(state)} ${state === 'not-run' ? 'not run' : state}`)
  const boots = tests.filter(({ test }) => test.bootMs !== undefined)
  const seconds = (of: 'bootMs' | 'bootEngineMs' | 'bootOwnMs') =>
    (boots.reduce((sum, { test }) => sum + (test[of] ?? 0), 0) / 1000).toFixed(1)
  const reasons = Map.groupBy(
    tests.filter(({ test }) => test.state === 'unsupported'),
    ({ test }) => test.reason ?? '',
  )
  return [
    `${[...states, ...neverBegun(run)].join(', ')} on ${projects.length} ${projects.length === 1 ? 'project' : 'projects'}`,
    ...(boots.length === 0
      ? []
      : [
          `${boots.length} ${boots.length === 1 ? 'rig' : 'rigs'} started in ${seconds('bootMs')} s, added up: the engine took ` +
            `${seconds('bootEngineMs')} s of it to make containers, mailrig itself ${seconds('bootOwnMs')} s, the servers the rest`,
        ]),
    ...[...reasons].map(([reason, found]) => {
      const where = [...new Set(found.map(({ project }) => project))].join(', ')
      return `unsupported ${found.length}×, ${where}: ${reason}`
    }),
    ...projects.flatMap(([project, { scenarios }]) =>
      scenarios.flatMap(({ file, notes = [] }) => notes.map((note) => `note, ${project} ${file}: ${note}`)),
    ),
  ]
}

/** How many tests they have nobody knows. */
function neverBegun({ projects }: RunDocument): string[] {
  const files = Object.values(projects).flatMap(({ scenarios }) =>
    scenarios.filter(({ state, tests }) => state === 'not-run' && tests.length === 0),
  )
  return files.length === 0 ? [] : [`${files.length} ${files.length === 1 ? 'file' : 'files'} not run`]
}
