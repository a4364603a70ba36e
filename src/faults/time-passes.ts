import { oneOfThese } from '../errors/did-you-mean.ts'
import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { Rig } from '../rig/rig.ts'
import { tryAgain } from './back-again.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'

/** How much time passes: the sum. At least a second, at most ten years. */
export interface Duration {
  days?: number
  hours?: number
  minutes?: number
  seconds?: number
}

const SECONDS: Record<keyof Duration, number> = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 }
const MOST_SECONDS = 10 * 366 * SECONDS.days

/** How far the clocks of a rig are ahead, in seconds. */
const ahead = new WeakMap<Rig, number>()

/**
 * Puts the clocks of all servers of a rig ahead, and has the MTA try all that is in its queue: what is too old by then is
 * bounced. A process that sleeps goes on sleeping for as long as it meant to, since that is counted by another clock
 * (CLOCK_MONOTONIC of clock_gettime(2)). Times of files are the kernel's, and so in the present.
 *
 * @throws {InputError} FAULT_OPTIONS, {UnsupportedError} where the rig has no such clocks; nothing was done
 */
export async function timePasses(rig: Rig, duration: Duration): Promise<FaultReport> {
  const seconds = secondsIn(duration)
  const machines = (['mta', 'store'] as const).flatMap((role) => rig.machine(role) ?? [])
  const clocks = machines.flatMap(({ putClockAhead }) => putClockAhead ?? [])
  if (clocks.length === 0) {
    throw new UnsupportedError('the clocks of this rig cannot be put ahead', {
      code: 'TARGET_CANNOT',
      remedy: 'Start the rig with such clocks: rig(topology, { clock: true }).',
    })
  }
  const total = (ahead.get(rig) ?? 0) + seconds
  ahead.set(rig, total)
  await Promise.all(clocks.map((put) => put(total)))
  await tryAgain(rig)
  return { servers: machines.map(({ name }) => name), awayMs: 0 }
}

function secondsIn(duration: Duration): number {
  if (typeof duration !== 'object' || duration === null) {
    throw faultOptionsError(`timePasses: the duration is such as { days: 5 }, not ${JSON.stringify(duration)}`)
  }
  let total = 0
  for (const [unit, count] of Object.entries(duration)) {
    const factor = SECONDS[unit as keyof Duration]
    if (factor === undefined) {
      throw faultOptionsError(
        `timePasses: there is no unit ${JSON.stringify(unit)}; ${oneOfThese(unit, Object.keys(SECONDS))}`,
      )
    }
    if (typeof count !== 'number' || !(count >= 0)) {
      throw faultOptionsError(`timePasses: ${unit} is a number from 0, not ${JSON.stringify(count)}`)
    }
    total += count * factor
  }
  const seconds = Math.round(total)
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds
  throw faultOptionsError(`timePasses: from a second to ten years can pass, not ${seconds} s`)
}
