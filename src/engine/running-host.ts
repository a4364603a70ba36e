import type { SlowLine } from './cable.ts'
import type { ContainerExit } from './container-exit-error.ts'
import type { ContainerFile } from './container-files.ts'
import type { Disk } from './disks.ts'
import type { Exec } from './exec.ts'
import type { LogFollower } from './log-follower.ts'
import type { QuietSpec } from './quiet.ts'
import type { ServerFile } from './server-file.ts'
import type { Side } from './side.ts'

/** A host that was started, and is ready. What is optional needs mailrig's init as its first process. */
export interface RunningHost {
  id: string
  name: string
  /** @throws {EngineError} when the container does not stand on that side. */
  address(side: Side): string
  /** Where this process reaches a port of the container. Published ports are the same on both sides. */
  endpoint(port: number, side?: Side): { host: string; port: number }
  /** Runs a command. It may change anything: no other rig gets this server. */
  exec: Exec
  /** Runs a command that changes nothing but a rig's data. */
  ask: Exec
  /** Replaces files while it runs. */
  write(files: readonly ServerFile[]): Promise<void>
  read(path: string): Promise<ContainerFile[]>
  /**
   * Resolves when it is ready, as at its start.
   *
   * @throws {ContainerExitError} {WaitError} with the last lines of its log.
   */
  greeted(): Promise<void>
  /** Stops every process of it in its tracks for as long as `action` takes. The kernel goes on taking connections. */
  whileFrozen?<T>(action: () => Promise<T>): Promise<T>
  /**
   * Takes what runs beside the server now for part of it, as its logger is: `untilQuiet` does not wait for its end. Done
   * at the boot.
   */
  takeAsResident?(): Promise<void>
  /**
   * Resolves when nothing is under way that the log does not show, and the log is read.
   *
   * @throws {WaitError} after `timeoutMs`, naming what still runs.
   */
  untilQuiet?(spec: QuietSpec, timeoutMs: number): Promise<void>
  /**
   * Stops every process where it is, cuts the disk off, ends the machine, and starts it again: the same server on what the
   * disk has. What was in memory is gone, /run too. Resolves when it is ready: with the time when nothing of it ran, ms since
   * the epoch. What it logged before was read before.
   *
   * @throws as {@link greeted}
   */
  powerCycle?(disk: Pick<Disk, 'cut' | 'replay'>): Promise<number>
  /**
   * Kills every process of it (SIGKILL), and starts the server again on the files that are there. Resolves when it is ready,
   * with the time until which nobody has spoken to the new ones.
   *
   * @param meanwhile begun with the kill, and waited for before the start
   * @throws as {@link greeted}
   */
  crash?(meanwhile?: () => Promise<void>): Promise<number>
  /** Kills the processes whose command line fits (SIGKILL). Gives how many there were. */
  kill?(pattern: RegExp): Promise<number>
  /**
   * Takes it off one of its networks, as if its cable were pulled. Neither end of a connection is told. Gives what puts the
   * cable back.
   */
  cutOff?(side: Side): Promise<() => Promise<void>>
  /** Whether its cable to that network is pulled. */
  isOff?(side: Side): boolean
  /**
   * Makes the line to one of its networks a slow one: what it sends comes late, or little of it at a time. Gives what makes
   * it as before.
   */
  slowDown?(side: Side, line: SlowLine): Promise<() => Promise<void>>
  /** Whether its line to that network is slow. */
  isSlow?(side: Side): boolean
  /** Limits the memory of all its processes together, MiB; absent: no limit. */
  limitMemory?(mebibytes?: number): Promise<void>
  /** How many files each of its processes may have open from its next start on; absent: as its image has it. */
  limitDescriptors?(descriptors?: number): void
  logs: LogFollower
  /** From the order to boot to the last sign of readiness, ms. */
  bootMs: number
  /** How long the engine took to make and start the container for this server, ms; 0 where it stood ready. */
  engineMs: number
  /** Resolves, never rejects, when the first process has ended and its log is read. */
  exited: Promise<ContainerExit>
  /** Ends the server, and the container or its use. Stopping twice does nothing. */
  stop(): Promise<void>
}

/** A host whose first process is mailrig's init: nothing is missing. */
export type RunningContainer = Required<RunningHost>
