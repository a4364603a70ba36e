import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { checkRole } from './machine-of.ts'

export type WithDisk = FaultyMachine & { disk: NonNullable<FaultyMachine['disk']> }

/**
 * The machines of a rig that have a disk, or the one that is named; the MTA's first.
 *
 * @param fault its name, for the message
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where there is none
 */
export function machinesWithDisk(rig: Rig, of: Role | undefined, fault: string): [WithDisk, ...WithDisk[]] {
  const roles: readonly Role[] = of === undefined ? ['mta', 'store'] : [of]
  for (const role of roles) checkRole(role, fault)
  const machines = roles.flatMap((role) => rig.machine(role) ?? [])
  const [first, ...others] = machines.filter((machine): machine is WithDisk => machine.disk !== undefined)
  if (first) return [first, ...others]
  if (machines.length === 0) has(undefined, fault, 'the rig has no such server, or mailrig has not configured it')
  throw new UnsupportedError(`${machines.map(({ name }) => name).join(' and ')}: no disk for fault.${fault}`, {
    code: 'TARGET_CANNOT',
    remedy: `Start the rig with one: rig(topology, { disk: ${of === 'store' ? "{ of: 'store' }" : 'true'} }).`,
  })
}
