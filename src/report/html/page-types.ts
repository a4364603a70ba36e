import type { JourneyStep, RigRecord, TestRecord } from '../test-record.ts'

export type State = 'passed' | 'failed' | 'unsupported' | 'skipped'

/** One test on one server; of a whole file the name is empty. */
export interface PageCell {
  state: State
  /** Milliseconds. */
  ms: number
  /** Why it is unsupported, or began to fail: one line. */
  why?: string
}

export interface PageRow {
  name: string
  covers: string[]
  /** In the order of the projects; null where it did not run. */
  cells: (PageCell | null)[]
}

export interface PageScenario {
  file: string
  /** The whole file. */
  cells: (PageCell | null)[]
  tests: PageRow[]
}

export interface PageBehaviourRow {
  scenario: string
  name: string
  /** `MTA`, `words`, `release`; empty where all are alike. */
  differs: string
  requirement: string
  cells: ({ value: string; word: '' | 'OK' | 'NON-STRICT' | 'FAILED' } | null)[]
}

/** What the page shows at once. Everything else it takes out of the evidence of a scenario when a cell is opened. */
export interface PageData {
  projects: { name: string; servers: string }[]
  summary: string[]
  scenarios: PageScenario[]
  behaviour: PageBehaviourRow[]
}

/** What a cell opens. */
export interface CellEvidence {
  errors: string[]
  record?: TestRecord
  journey?: JourneyStep[]
}

/** The evidence of one scenario file. Keys of cells are those of `cellKey`. */
export interface ScenarioEvidence {
  cells: Record<string, CellEvidence>
  /** `project rig` → the rig. */
  rigs: Record<string, RigRecord>
}
