export type { DialogueLine } from '../../src/report/dialogue-line.ts'
export type { ErrorPlace } from '../../src/report/error-place.ts'
export type {
  Became,
  CellEvidence,
  PageBehaviourRow,
  PageCell,
  PageData,
  PageScenario,
  ScenarioEvidence,
  State,
} from '../../src/report/html/page-types.ts'
export type { JourneyStep, RigRecord, TestRecord } from '../../src/report/test-record.ts'

/** A cell that is open: file, test (empty for the whole file), server. */
export interface Open {
  file: string
  test: string
  on: string
}

/** What is shown: all of it stands in the address, so that it can be handed on. */
export interface View {
  tab: 'matrix' | 'behaviour'
  search: string
  /** States that are not shown. */
  withoutStates: Set<string>
  /** Servers that are not shown. */
  withoutServers: Set<string>
  /** Rows of the behaviour table: all where empty. */
  differs: string
  open: Open | undefined
}
