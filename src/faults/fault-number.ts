import { faultOptionsError } from './fault-options-error.ts'

/**
 * Refuses what is given and is no whole number in a range.
 *
 * @param fault its name, for the message
 * @param given the option under its name
 * @throws {InputError} FAULT_OPTIONS
 */
export function checkNumber(fault: string, given: Readonly<Record<string, unknown>>, from: number, to: number): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || (Number.isInteger(value) && Number(value) >= from && Number(value) <= to)) continue
    throw faultOptionsError(`${fault}: ${name} is a whole number from ${from} to ${to}, not ${JSON.stringify(value)}`)
  }
}
