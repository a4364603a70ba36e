import type { Run } from '../engine/labels.ts'

/** What a scenario file is told about the project it runs in. */
export interface MatrixCell {
  mta: string
  release: string
  /** The mail store beside it. Default: Dovecot. */
  store?: string
  /** Modules of the MTAs that do not come with mailrig, as URLs. */
  servers?: readonly string[]
}

declare module 'vitest' {
  export interface ProvidedContext {
    mailrig: MatrixCell
    mailrigRun: Run
    /** Its name and version, e.g. `docker 20.10.24`. */
    mailrigEngine: string
    /** Whether each test leaves a record for the run report. */
    mailrigRecords: boolean
  }
}
