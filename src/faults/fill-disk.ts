import type { Rig } from '../rig/rig.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { tryAgain } from './back-again.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'
import { machinesWithDisk } from './machines-with-disk.ts'

/** What of a disk can be used up: its blocks (ENOSPC for data), or the inodes, one for each file. */
export const USED_UP = ['space', 'inodes'] as const
export type UsedUp = (typeof USED_UP)[number]

export interface FillDiskOptions {
  /** Whose disk. Default: each that the rig has. */
  of?: Role
  /** What of it is used up. Default `space`. */
  what?: UsedUp
}

/**
 * Uses up disks of a rig: from here on, who writes to one is told that no space is left (ENOSPC). Servers go on. A file that
 * was begun before may still grow within its last block.
 *
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where a machine has no disk; nothing was done
 */
export async function fillDisk(rig: Rig, { of, what = 'space' }: FillDiskOptions = {}): Promise<FaultReport> {
  if (!USED_UP.includes(what)) {
    const takes = USED_UP.map((one) => JSON.stringify(one)).join(' or ')
    throw faultOptionsError(`fillDisk: what is ${takes}, not ${JSON.stringify(what)}`)
  }
  const machines = machinesWithDisk(rig, of, 'fillDisk')
  await Promise.all(machines.map(({ disk }) => disk.fill(what)))
  return { servers: machines.map(({ name }) => name), awayMs: 0 }
}

/** Gives back what `fillDisk` took, and has the MTA try all that is in its queue. */
export async function freeDisk(rig: Rig, { of }: Pick<FillDiskOptions, 'of'> = {}): Promise<FaultReport> {
  const machines = machinesWithDisk(rig, of, 'freeDisk')
  await Promise.all(machines.map(({ disk }) => disk.free()))
  await tryAgain(rig)
  return { servers: machines.map(({ name }) => name), awayMs: 0 }
}
