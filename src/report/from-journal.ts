import { unitsOf } from './assignment.ts'
import type { JournalEntry } from './journal.ts'
import { withNotRun } from './not-run.ts'
import type { ProjectRun, RunDocument, ScenarioRun, TestRun } from './run-document.ts'

/** What a run that did not come to its end left: what had ended, and the rest as not run. */
export function fromJournal(head: RunDocument, entries: readonly JournalEntry[], why: string): RunDocument {
  const found = new Map<string, Map<string, ScenarioRun>>()
  const underWay = Map.groupBy(entries, (entry) =>
    JSON.stringify([entry.project, 'scenario' in entry ? entry.scenario.file : entry.file]),
  )
  for (const own of underWay.values()) {
    const project = own[0]?.project ?? ''
    const scenario = scenarioOf(own, why)
    const files = found.get(project) ?? new Map()
    found.set(project, files.set(scenario.file, scenario))
  }
  const projects = Object.entries(head.projects).map(([name, part]): [string, ProjectRun] => {
    const scenarios = [...(found.get(name)?.values() ?? [])].sort((a, b) => (a.file < b.file ? -1 : 1))
    return [name, { ...part, scenarios }]
  })
  return withNotRun({ ...head, projects: Object.fromEntries(projects) }, unitsOf(head.unfinished ?? []), why)
}

function scenarioOf(entries: readonly JournalEntry[], why: string): ScenarioRun {
  const whole = entries.findLast((entry) => 'scenario' in entry)
  if (whole && 'scenario' in whole) return whole.scenario
  const ended = new Map(entries.flatMap((entry) => ('test' in entry ? [[entry.id, entry]] : [])))
  const known = entries.flatMap((entry) => ('tests' in entry ? entry.tests : []))
  const tests = known.map(({ id, name }): TestRun => ended.get(id)?.test ?? notRun(name, why))
  const rigs = Object.assign({}, ...[...ended.values()].map((entry) => entry.rigs ?? {}))
  const file = entries.flatMap((entry) => ('file' in entry ? [entry.file] : []))[0] ?? ''
  return {
    file,
    state: tests.some(({ state }) => state === 'failed') ? 'failed' : 'not-run',
    durationMs: tests.reduce((sum, { durationMs }) => sum + durationMs, 0),
    tests,
    errors: [why],
    ...(Object.keys(rigs).length > 0 ? { rigs } : {}),
  }
}

function notRun(name: string, reason: string): TestRun {
  return { name, state: 'not-run', durationMs: 0, covers: [], reason, observations: [] }
}
