import type { LoadedSessionFile } from '../session-file/load.ts'
import type { Connections } from './connections.ts'
import type { Ground } from './ground.ts'
import type { StepLog } from './step-log.ts'
import type { Values } from './values.ts'

/** A play that goes on: what each statement is played with. */
export interface Playing {
  file: LoadedSessionFile
  ground: Ground
  log: StepLog
  connections: Connections
  values: Values
  /** Milliseconds since the epoch. */
  startedAt: number
}
