import type { RunDocument } from './run-document.ts'

/** The verdict of a run: whether anything in it failed, or was not run. What is unsupported or skipped has not failed. */
export function hasFailed({ projects }: RunDocument): boolean {
  const bad = new Set(['failed', 'not-run'])
  return Object.values(projects).some(({ scenarios }) =>
    scenarios.some(({ state, tests }) => bad.has(state) || tests.some((test) => bad.has(test.state))),
  )
}
