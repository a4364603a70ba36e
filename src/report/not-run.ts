import { type Unit, unitKey } from './assignment.ts'
import { sorted } from './merge-runs.ts'
import type { ProjectRun, RunDocument } from './run-document.ts'

/** The run with these files too, as not run; those that are in it already stay as they are. */
export function withNotRun(run: RunDocument, units: readonly Unit[], why: string): RunDocument {
  const there = new Set(
    Object.entries(run.projects).flatMap(([project, { scenarios }]) =>
      scenarios.map(({ file }) => unitKey({ project, file })),
    ),
  )
  const absent = units.filter((unit) => !there.has(unitKey(unit)))
  if (absent.length === 0) return run
  const projects = new Map(Object.entries(run.projects))
  for (const [name, own] of Map.groupBy(absent, ({ project }) => project)) {
    const [{ mta, release }] = own as [Unit]
    const files = own.map(({ file }) => file)
    const part: ProjectRun = projects.get(name) ?? {
      mta,
      release,
      files: files.toSorted(),
      filtered: false,
      scenarios: [],
    }
    const scenarios = files.map((file) => ({
      file,
      state: 'not-run' as const,
      durationMs: 0,
      tests: [],
      errors: [why],
    }))
    projects.set(name, {
      ...part,
      scenarios: [...part.scenarios, ...scenarios].sort((a, b) => (a.file < b.file ? -1 : 1)),
    })
  }
  return { ...run, projects: sorted([...projects]) }
}

/** Files with tests that were not run, as `project file`. */
export function notRunIn(run: RunDocument): string[] {
  return Object.entries(run.projects).flatMap(([project, { scenarios }]) =>
    scenarios
      .filter(({ state, tests }) => state === 'not-run' || tests.some((test) => test.state === 'not-run'))
      .map(({ file }) => unitKey({ project, file })),
  )
}
