import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { standingStill, tryAgain } from './back-again.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'

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
  const machines = machinesWithDisk(rig, of)
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

type WithDisk = FaultyMachine & { disk: NonNullable<FaultyMachine['disk']> }

function machinesWithDisk(rig: Rig, of: Role | undefined): WithDisk[] {
  const roles: readonly Role[] = of === undefined ? ['mta', 'store'] : [of]
  if (!roles.every((role) => role === 'mta' || role === 'store')) {
    throw faultOptionsError(`powerCut: of is "mta" or "store", not ${JSON.stringify(of)}`)
  }
  const machines = roles.flatMap((role) => rig.machine(role) ?? [])
  const found = machines.filter((machine): machine is WithDisk => machine.disk !== undefined)
  if (found.length > 0) return found
  if (machines.length === 0)
    has(undefined, 'cut the power', 'the rig has no such server, or mailrig has not configured it')
  throw new UnsupportedError(`the power of ${machines.map(({ name }) => name).join(' and ')} cannot be cut: no disk`, {
    code: 'TARGET_CANNOT',
    remedy: `Start the rig with one: rig(topology, { disk: ${of === 'store' ? "{ of: 'store' }" : 'true'} }).`,
  })
}
