import type { ProjectRun, RunDocument } from './run-document.ts'

/** Joins runs of several jobs. A scenario that is in more than one is taken from the last. */
export function mergeRuns(runs: readonly RunDocument[]): RunDocument {
  const parts = new Map<string, ProjectRun[]>()
  for (const run of runs) {
    for (const [name, part] of Object.entries(run.projects)) parts.set(name, [...(parts.get(name) ?? []), part])
  }
  const made = runs.flatMap((run) => run.made ?? []).sort((a, b) => a.startedAt - b.startedAt)
  const [commit, ...others] = new Set(runs.map((run) => run.commit))
  return {
    format: 1,
    ...(made.length > 0 ? { made } : {}),
    ...(commit === undefined || others.length > 0 ? {} : { commit }),
    projects: sorted([...parts].map(([name, runs]) => [name, mergeProjects(runs)])),
  }
}

/** Projects in one order, however many jobs ran them: what is made of the documents is then the same. */
export function sorted(projects: readonly (readonly [string, ProjectRun])[]): RunDocument['projects'] {
  return Object.fromEntries(projects.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function mergeProjects(runs: readonly ProjectRun[]): ProjectRun {
  const scenarios = new Map(runs.flatMap((run) => run.scenarios.map((scenario) => [scenario.file, scenario])))
  const last = runs.at(-1) as ProjectRun
  return {
    ...last,
    filtered: runs.some(({ filtered }) => filtered),
    scenarios: [...scenarios.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
  }
}
