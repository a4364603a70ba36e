import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { faultOptionsError } from './fault-options-error.ts'
import { machineOf } from './machine-of.ts'

/**
 * The machine and the side that a fault of the network is for.
 *
 * @param deed what is done to it, for the message, e.g. `cut off`
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where the rig has no such machine
 */
export function cableOf(
  rig: Rig,
  { of = 'mta', side = of === 'mta' ? 'internet' : 'lan' }: { of?: Role; side?: 'lan' | 'internet' },
  { fault, deed }: { fault: string; deed: string },
): { machine: FaultyMachine; side: 'lan' | 'internet' } {
  if (side !== 'lan' && side !== 'internet') {
    throw faultOptionsError(`${fault}: side is "lan" or "internet", not ${JSON.stringify(side)}`)
  }
  const machine = machineOf(rig, of, { fault, deed })
  if (of === 'store' && side === 'internet') throw faultOptionsError(`${fault}: the store has no cable to the internet`)
  return { machine, side }
}
