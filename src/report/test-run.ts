import type { ProjectRun, RunDocument, TestRun } from './run-document.ts'

/** A test of a run, for unit tests: passed, and with nothing to say unless told. */
export function testRun(options: Partial<TestRun> = {}): TestRun {
  return { name: 'does it', state: 'passed', durationMs: 1, covers: [], observations: [], ...options }
}

/** A run of one scenario file in each project, for unit tests. */
export function runOf(projects: Record<string, TestRun[]>, file = 'scenarios/smtp/a.scenario.ts'): RunDocument {
  return {
    format: 1,
    projects: Object.fromEntries(
      Object.entries(projects).map(([name, tests]): [string, ProjectRun] => {
        const [mta = '', release = ''] = name.split('-')
        return [name, { mta, release, files: [file], filtered: false, scenarios: [scenario(file, tests)] }]
      }),
    ),
  }
}

function scenario(file: string, tests: TestRun[]): ProjectRun['scenarios'][number] {
  const failed = tests.some(({ state }) => state === 'failed')
  return { file, state: failed ? 'failed' : 'passed', durationMs: 1, tests }
}
