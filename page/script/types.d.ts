export type {
  CellEvidence,
  PageBehaviourRow,
  PageCell,
  PageData,
  PageScenario,
  ScenarioEvidence,
  State,
} from '../../src/report/html/page-types.ts'
export type { JourneyStep, RigRecord, TestRecord } from '../../src/report/test-record.ts'

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
  /** The cell that is open: file, test (empty for the whole file), server. */
  open: { file: string; test: string; on: string } | undefined
}
