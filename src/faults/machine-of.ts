import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { faultOptionsError } from './fault-options-error.ts'

/** Refuses what is no machine of a rig. @throws {InputError} FAULT_OPTIONS @param fault its name, for the message */
export function checkRole(of: Role, fault: string): void {
  if (of === 'mta' || of === 'store') return
  throw faultOptionsError(`${fault}: of is "mta" or "store", not ${JSON.stringify(of)}`)
}

/** Refuses a machine off the lan: whether its server is ready again can be told there only. @throws {InputError} FAULT_OPTIONS */
export function checkOnLan({ name, host }: FaultyMachine, fault: string): void {
  if (!host.isOff?.('lan')) return
  throw faultOptionsError(
    `${fault}: ${name} is off the lan, and could not tell when it is ready again; reconnect it first`,
  )
}

/**
 * The machine that a fault is for.
 *
 * @param deed what is done to it, for the message, e.g. `kill`
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where the rig has none
 */
export function machineOf(rig: Rig, of: Role, { fault, deed }: { fault: string; deed: string }): FaultyMachine {
  checkRole(of, fault)
  return has(rig.machine(of), `${deed} the ${of}`, 'this rig has none, or mailrig has not configured it')
}
