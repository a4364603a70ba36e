import { behaviourOf, verdictWord } from '../behaviour.ts'
import { differs } from '../render-behaviour.ts'
import { type ProjectRun, projectOrder, type RunDocument, type ScenarioRun, type TestRun } from '../run-document.ts'
import { summarise } from '../summary.ts'
import { becameOf } from './became.ts'
import { recordedJourney } from './journey.ts'
import type { PageCell, PageData, ScenarioEvidence } from './page-types.ts'

/** Key of a cell in its scenario's evidence: number of the test, or -1 for the file, and of the project. */
export function cellKey(test: number, project: number): string {
  return `${test}/${project}`
}

/** The matrix and the behaviour of a run. */
export function pageDataOf(run: RunDocument, known: readonly string[]): PageData {
  const names = projectOrder(Object.keys(run.projects), known)
  const behaviour = behaviourOf(run, known)
  return {
    made: (run.made ?? []).map(({ startedAt, durationMs, mailrig, node, engine }) => ({
      at: new Date(startedAt).toISOString(),
      ms: Math.round(durationMs),
      with: [`mailrig ${mailrig}`, `Node.js ${node}`, ...(engine === undefined ? [] : [engine])],
    })),
    projects: names.map((name) => ({
      name,
      servers: Object.entries({ ...versionsIn(run.projects[name]), ...behaviour.versions[name] })
        .map(([server, version]) => `${server} ${version}`)
        .join(', '),
    })),
    summary: summarise(run),
    scenarios: scenariosOf(run, names).map(({ file, runs, tests }) => ({
      file,
      cells: runs.map((scenario) => (scenario ? fileCell(scenario) : null)),
      tests: tests.map(({ name, runs }) => ({
        name,
        covers: [...new Set(runs.flatMap((test) => test?.covers ?? []))],
        cells: runs.map((test) => (test ? testCell(test) : null)),
      })),
    })),
    behaviour: behaviour.rows.map((row) => {
      const verdict = Object.values(row.cells).find((cell) => cell.verdict)?.verdict
      return {
        scenario: row.scenario,
        name: row.name,
        differs: differs(row, names).replaceAll('*', ''),
        requirement: verdict ? `${verdict.requirement}, ${verdict.section}` : '',
        cells: names.map((name) => {
          const cell = row.cells[name]
          return cell ? { value: cell.value, word: cell.verdict ? verdictWord(cell.verdict) : '' } : null
        }),
      }
    }),
  }
}

/** The evidence of each scenario, in the order of `pageDataOf`. */
export function evidenceOf(run: RunDocument, known: readonly string[]): ScenarioEvidence[] {
  const names = projectOrder(Object.keys(run.projects), known)
  return scenariosOf(run, names).map(({ runs, tests }) => {
    const evidence: ScenarioEvidence = { cells: {}, rigs: {} }
    for (const [project, scenario] of runs.entries()) {
      if (scenario?.errors) evidence.cells[cellKey(-1, project)] = errorsOf(scenario)
      for (const [name, rig] of Object.entries(scenario?.rigs ?? {})) evidence.rigs[`${project} ${name}`] = rig
      for (const [index, test] of tests.entries()) {
        const one = test.runs[project]
        if (!one?.record && !one?.errors) continue
        const rig = scenario?.rigs?.[one.record?.rig ?? '']
        evidence.cells[cellKey(index, project)] = {
          ...errorsOf(one),
          ...(one.record
            ? { record: one.record, became: becameOf(one.record, rig), journey: recordedJourney(one.record, rig) }
            : {}),
        }
      }
    }
    return evidence
  })
}

/** Of the servers of failed tests. */
function versionsIn(project: ProjectRun | undefined): Record<string, string> {
  const tests = project?.scenarios.flatMap((scenario) => scenario.tests) ?? []
  return Object.assign({}, ...tests.map(({ record }) => record?.versions ?? {}))
}

function errorsOf({ errors = [], places }: Pick<TestRun, 'errors' | 'places'>) {
  return { errors, ...(places ? { places } : {}) }
}

interface ScenarioColumns {
  file: string
  runs: (ScenarioRun | undefined)[]
  tests: { name: string; runs: (TestRun | undefined)[] }[]
}

/** The files of a run in order, and their tests by name: the n-th of a name on one server is the n-th on another. */
function scenariosOf(run: RunDocument, names: readonly string[]): ScenarioColumns[] {
  const files = new Set(names.flatMap((name) => run.projects[name]?.scenarios.map(({ file }) => file) ?? []))
  return [...files].sort().map((file) => {
    const runs = names.map((name) => run.projects[name]?.scenarios.find((scenario) => scenario.file === file))
    const tests = new Map<string, (TestRun | undefined)[]>()
    for (const [project, scenario] of runs.entries()) {
      const seen = new Map<string, number>()
      for (const test of scenario?.tests ?? []) {
        const number = (seen.get(test.name) ?? 0) + 1
        seen.set(test.name, number)
        const name = number === 1 ? test.name : `${test.name} (${number})`
        const row = tests.get(name) ?? names.map(() => undefined)
        row[project] = test
        tests.set(name, row)
      }
    }
    return { file, runs, tests: [...tests].map(([name, runs]) => ({ name, runs })) }
  })
}

function fileCell({ state, tests, durationMs, errors }: ScenarioRun): PageCell {
  const unsupported = tests.length > 0 && tests.every((test) => test.state === 'unsupported')
  return {
    state: unsupported && state !== 'failed' ? 'unsupported' : state,
    ms: Math.round(durationMs),
    ...(errors?.[0] === undefined ? {} : { why: firstLine(errors[0]) }),
  }
}

function testCell({ state, durationMs, reason, errors }: TestRun): PageCell {
  const why = reason ?? errors?.[0]
  return { state, ms: Math.round(durationMs), ...(why === undefined ? {} : { why: firstLine(why) }) }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`
}
