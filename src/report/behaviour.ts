import { projectOrder, type RunDocument } from './run-document.ts'
import type { Verdict } from './scenario-meta.ts'

export interface Cell {
  value: string
  verdict?: Verdict | undefined
}

export interface BehaviourRow {
  scenario: string
  name: string
  /** By project. A project without one could not, or was not asked. */
  cells: Record<string, Cell>
}

/** What the servers do, as data: docs/behaviour.json. */
export interface Behaviour {
  format: 1
  /** Every project of the run, in the order of the columns → server → version. */
  versions: Record<string, Record<string, string>>
  rows: BehaviourRow[]
}

/** Gathers the observations of a run, in the order of files, and of tests in a file. */
export function behaviourOf(run: RunDocument, known: readonly string[]): Behaviour {
  const versions: Behaviour['versions'] = {}
  const rows = new Map<string, BehaviourRow>()
  for (const project of projectOrder(Object.keys(run.projects), known)) {
    versions[project] = {}
    for (const { file, tests } of run.projects[project]?.scenarios ?? []) {
      for (const test of tests) {
        if (test.versions) versions[project] = { ...versions[project], ...test.versions }
        for (const { name, value, verdict } of test.observations) {
          const key = JSON.stringify([file, name])
          const row = rows.get(key) ?? { scenario: file, name, cells: {} }
          const before = row.cells[project]
          row.cells[project] = {
            // Observed more than once: all of it is what the server does.
            value: before === undefined || before.value === value ? value : `${before.value}; ${value}`,
            ...(verdict ? { verdict } : {}),
          }
          rows.set(key, row)
        }
      }
    }
  }
  return { format: 1, versions, rows: [...rows.values()].sort(byScenario) }
}

/** The table that is about behaviour comes first, the rest by path. The sort is stable: rows of a file keep their order. */
function byScenario(a: BehaviourRow, b: BehaviourRow): number {
  const rank = ({ scenario }: BehaviourRow) => `${scenario.includes('/behaviour/') ? 0 : 1}${scenario}`
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0
}

/** Autobahn's words: a MUST that is broken has failed, a SHOULD is merely not strict. */
export function verdictWord({ requirement, holds }: Verdict): 'OK' | 'NON-STRICT' | 'FAILED' {
  return holds ? 'OK' : requirement === 'MUST' ? 'FAILED' : 'NON-STRICT'
}
