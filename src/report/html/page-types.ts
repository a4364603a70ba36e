import type { ErrorPlace } from '../error-place.ts'
import type { JourneyStep, RigRecord, TestRecord } from '../test-record.ts'

export type State = 'passed' | 'failed' | 'unsupported' | 'skipped' | 'not-run'

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

/** A line on what became of a message; `plain` says neither good nor bad. */
export interface BecameLine {
  tone: 'bad' | 'later' | 'good' | 'plain'
  text: string
}

/** What became of one message, or of what was expected or refused. */
export interface Became {
  title: string
  lines: BecameLine[]
}

export interface PageRun {
  /** ISO 8601, UTC, e.g. `2026-01-31T12:00:00.000Z`. */
  at: string
  /** Milliseconds. */
  ms: number
  /** Versions, e.g. `mailrig 0.1.0`. */
  with: string[]
}

/** What the page shows at once. Everything else it takes out of the evidence of a scenario when a cell is opened. */
export interface PageData {
  /** When each run in it was made, and with what. */
  made: PageRun[]
  projects: { name: string; servers: string }[]
  summary: string[]
  scenarios: PageScenario[]
  behaviour: PageBehaviourRow[]
}

/** What a cell opens. */
export interface CellEvidence {
  errors: string[]
  /** Where the errors came from, by their number; innermost first. */
  places?: ErrorPlace[][]
  record?: TestRecord
  became?: Became[]
  journey?: JourneyStep[]
}

/** The evidence of one scenario file. Keys of cells are those of `cellKey`. */
export interface ScenarioEvidence {
  cells: Record<string, CellEvidence>
  /** `project rig` → the rig. */
  rigs: Record<string, RigRecord>
}
