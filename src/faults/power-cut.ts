import type { Rig } from '../rig/rig.ts'
import { has, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { standingStill, tryAgain } from './back-again.ts'
import type { FaultReport } from './fault-report.ts'
import { checkOnLan } from './machine-of.ts'
import { machinesWithDisk } from './machines-with-disk.ts'

export interface PowerCutOptions {
  /** Whose machine loses power. Default: every one that has a disk, at about the same time. */
  of?: Role
}

/**
 * Cuts the power of machines of a rig, and starts them again. Everything stops where it is; what has not reached the disk
 * by then is gone, memory too. Then the same servers start on the disk as it is, with its journal replayed, and try all
 * that is in their queue. Resolves when they are ready.
 *
 * Where the store alone loses power, the MTA stands still until the store is back: else it would put mail off for as long as
 * its retry rules say.
 *
 * What is modelled: caches of the kernel are lost, and the disk has all that the kernel had given it. What is not: a disk
 * with a cache of its own that forgets what it was given, and writes that were cut in two.
 *
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where a machine has no disk; nothing was done
 */
export async function powerCut(rig: Rig, { of }: PowerCutOptions = {}): Promise<FaultReport> {
  const machines = machinesWithDisk(rig, of, 'powerCut')
  for (const machine of machines) checkOnLan(machine, 'powerCut')
  const began = performance.now()
  let removedLocks = 0
  const cut = async () => {
    const off = await Promise.all(
      machines.map(({ name, host, disk, durability }) =>
        has(
          host.powerCycle,
          `cut the power of ${name}`,
          RUNS_AS_ITS_IMAGE,
        )({
          cut: () => disk.cut(),
          async replay() {
            await disk.replay()
            for (const lock of durability?.locks ?? []) removedLocks += await disk.remove(lock)
          },
        }),
      ),
    )
    // Where the MTA is among them, it is the first.
    return off[0] ?? 0
  }
  const withMta = machines.some((machine) => machine === rig.machine('mta'))
  await rig.whileAway(() => (withMta ? cut() : standingStill(rig, cut)))
  const awayMs = performance.now() - began
  await tryAgain(rig)
  return { servers: machines.map(({ name }) => name), awayMs, ...(removedLocks > 0 ? { removedLocks } : {}) }
}
