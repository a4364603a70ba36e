import type { Disk } from '../engine/disks.ts'
import type { RunningHost } from '../engine/running-host.ts'
import type { Durability } from '../servers/durability.ts'

/** A machine of a rig, for who does something bad to it. */
export interface FaultyMachine {
  /** Of its server, for messages. */
  name: string
  host: RunningHost
  /** Below the queue or the mail; undefined where the rig was started without. */
  disk: Disk | undefined
  durability: Durability | undefined
  /** Puts its clock so many seconds ahead of the kernel's; undefined where the rig was started without. */
  putClockAhead: ((seconds: number) => Promise<void>) | undefined
}
