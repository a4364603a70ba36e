import type { Evidence } from '../rig/evidence.ts'

/** A behaviour recorded, not judged. */
export interface Observation {
  /** What was done, e.g. `MAIL FROM:<bad`. The row of the behaviour table. */
  name: string
  /** What the server did, e.g. `501 5.1.7 Bad sender address syntax`. The cell. */
  value: string
}

/** What a scenario leaves in its vitest task, for reporters: plain data that crosses process borders. */
export interface ScenarioMeta {
  /** Ids of objectives and sentences, e.g. `P4`, `S48`; see docs/coverage.md. */
  covers: readonly string[]
  /** Why the MTA cannot run it. */
  unsupported?: string
  observations: Observation[]
  evidence?: Evidence
}

declare module 'vitest' {
  interface TaskMeta {
    mailrig?: ScenarioMeta
  }
}
