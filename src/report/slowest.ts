import type { RunDocument } from './run-document.ts'

const SHOWN = 5

/** The slowest tests of a run, a line each: how long, and what the longest waits in it were for. */
export function slowest(run: RunDocument): string[] {
  const tests = Object.entries(run.projects).flatMap(([project, { scenarios }]) =>
    scenarios.flatMap(({ file, tests }) => tests.map((test) => ({ project, file, test }))),
  )
  const took = ({ test }: (typeof tests)[number]) => test.durationMs + (test.bootMs ?? 0)
  return tests
    .toSorted((a, b) => took(b) - took(a))
    .slice(0, SHOWN)
    .filter((found) => took(found) >= 1000)
    .map((found) => {
      const { project, file, test } = found
      const longest = (test.waits ?? []).toSorted((a, b) => b.ms - a.ms).slice(0, 2)
      const parts = [
        ...(test.bootMs === undefined ? [] : [`${seconds(test.bootMs)} to boot`]),
        ...longest.map(
          ({ what, ms, end }) => `${seconds(ms)} for ${what}${end === 'came' ? '' : ', and it did not come'}`,
        ),
      ]
      const why = parts.length === 0 ? '' : `: ${parts.join(', ')}`
      return `slow: ${seconds(took(found))} ${project} ${file} > ${test.name}${why}`
    })
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
