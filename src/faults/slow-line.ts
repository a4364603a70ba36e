import type { Rig } from '../rig/rig.ts'
import { has, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { cableOf } from './cable-of.ts'
import type { Pulled } from './cut-off.ts'
import { checkNumber } from './fault-number.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'

export interface SlowLineOptions {
  /** Whose machine. Default `mta`. */
  of?: Role
  /** To which network. Default: `internet` for the MTA, `lan` for the store, which has no other. */
  side?: 'lan' | 'internet'
  /** Octets a second that the machine can send, 100 to 125 000 000. What it receives is not limited. */
  bytesPerSecond?: number
  /** Milliseconds that each packet of the machine is later, 1 to 10 000: so much longer is every round trip. */
  latencyMs?: number
}

/**
 * Makes the line of a machine to a network a slow one, by queueing disciplines of the kernel, tc-tbf(8) and tc-netem(8).
 *
 * @throws {InputError} FAULT_OPTIONS; {UnsupportedError} LINE_UNSUPPORTED where the kernel lacks one of the two;
 *   {EngineError} CABLE_FAILED
 */
export async function slowLine(rig: Rig, options: SlowLineOptions = {}): Promise<FaultReport & { pulled: Pulled }> {
  const { bytesPerSecond, latencyMs } = options
  if (bytesPerSecond === undefined && latencyMs === undefined) {
    throw faultOptionsError('slowLine: give bytesPerSecond, latencyMs or both')
  }
  checkNumber('slowLine', { bytesPerSecond }, 100, 125_000_000)
  checkNumber('slowLine', { latencyMs }, 1, 10_000)
  const { machine, side } = cableOf(rig, options, { fault: 'slowLine', deed: 'slow down the line of' })
  const { name, host } = machine
  if (host.isSlow?.(side)) {
    throw faultOptionsError(`slowLine: the line of ${name} to the ${side} is slow already; reconnect it first`)
  }
  const slow = has(host.slowDown, `slow down the line of ${name}`, RUNS_AS_ITS_IMAGE)
  const putBack = await slow(side, { bytesPerSecond, latencyMs })
  return { servers: [name], awayMs: 0, pulled: { machine, putBack } }
}
