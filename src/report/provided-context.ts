import type { Run } from '../engine/labels.ts'

/** What a scenario file is told about the project it runs in. */
export interface MatrixCell {
  /** The MTA; of a target with the user's own configuration, the target's name. */
  mta: string
  /** A Debian release; `image` or `compose` of a target that runs as it is. */
  release: string
  /** The mail store beside it. Default: Dovecot. */
  store?: string
  /** Modules of the MTAs that do not come with mailrig, as URLs. */
  servers?: readonly string[]
  /** Where the servers have the user's own configuration: where that is. */
  adopted?: OwnConfiguration
  /** The names of all targets that the configuration declares, beside the rendered ones. */
  targets?: readonly string[]
}

/** Where a server of the user's own is; absolute paths. */
export type OwnConfiguration = (
  | {
      /** A folder laid out as /etc. */
      etc: string
    }
  | {
      /** The name of an image. */
      image: string
    }
  | {
      /** A compose file. */
      compose: string
      /** Its service that serves mail. */
      service?: string
    }
) & {
  /** A mailrig.yaml with what the configuration does not tell. */
  settings?: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    mailrig: MatrixCell
    mailrigRun: Run
    /** Its name and version, e.g. `docker 20.10.24`. */
    mailrigEngine: string
    /** Whether each test leaves a record for the run report. */
    mailrigRecords: boolean
    /** Of a shard: the projects of which it runs files. */
    mailrigShardProjects: readonly string[]
  }
}
