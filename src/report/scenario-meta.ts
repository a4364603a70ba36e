import type { Wait } from '../metrics/waits.ts'
import type { Evidence } from '../rig/evidence.ts'
import type { RigRecord, TestRecord } from './test-record.ts'

/** Whether a behaviour is what a standard asks for. */
export interface Verdict {
  /** The words of RFC 2119. */
  requirement: 'MUST' | 'SHOULD'
  /** E.g. `RFC 5321 §4.1.1.4`. */
  section: string
  holds: boolean
}

/** A behaviour recorded. It fails no test, whatever the verdict. */
export interface Observation {
  /** What was done, e.g. `MAIL FROM:<bad`. The row of the behaviour table. */
  name: string
  /** What the server did, e.g. `501 5.1.7 Bad sender address syntax`. The cell. */
  value: string
  /** Absent where no standard asks for this or that. */
  verdict?: Verdict
}

/** What a scenario leaves in its vitest task, for reporters: plain data that crosses process borders. */
export interface ScenarioMeta {
  /** Ids of objectives and sentences, e.g. `P4`, `S48`; see docs/coverage.md. */
  covers: readonly string[]
  /** Why the MTA cannot run it. */
  unsupported?: string
  observations: Observation[]
  /** Server → version, where the test recorded it. */
  versions?: Record<string, string>
  /** How long the rig took to start, ms; only with the first test of a rig. */
  bootMs?: number
  /** How much of that was the engine's and how much mailrig's own, ms; the rest was the slowest server's. */
  bootEngineMs?: number
  bootOwnMs?: number
  /** The waits that ended while the test ran; tests side by side have each other's too. */
  waits: Wait[]
  evidence?: Evidence
  /** For the run report, where one was asked for. */
  record?: TestRecord
  /** The rig of `record.rig`; only with the first test of a rig. */
  rigRecord?: RigRecord
}

/** What a rig leaves when its file has ended. */
export interface FileMeta {
  /** How long the rigs of the file took to end, ms. */
  teardownMs: number
  /** What the servers of this worker have cost so far, that of its earlier files included. */
  cpu: WorkerCpu
  /** What the reader of the report should know of the whole file, and no test failed by. */
  notes?: readonly string[]
}

/** Processor seconds in the containers of a worker. */
export interface WorkerCpu {
  /** Process id. */
  worker: number
  /** By the server and the release of the image, e.g. `postfix trixie`. */
  servers: Record<string, number>
}

declare module 'vitest' {
  interface TaskMeta {
    mailrig?: ScenarioMeta
    /** Of a file. */
    mailrigFile?: FileMeta
  }
}
