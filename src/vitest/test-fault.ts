import { randomUUID } from 'node:crypto'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { type CutOffOptions, cutOff, type Pulled, reconnect } from '../faults/cut-off.ts'
import { faultOptionsError } from '../faults/fault-options-error.ts'
import type { FaultReport } from '../faults/fault-report.ts'
import { type FillDiskOptions, fillDisk, freeDisk } from '../faults/fill-disk.ts'
import { type KillOptions, kill } from '../faults/kill.ts'
import { killAt, type Moment } from '../faults/kill-at.ts'
import { type Limited, type LimitOptions, limit, unlimit } from '../faults/limit.ts'
import { type PowerCutOptions, powerCut } from '../faults/power-cut.ts'
import { type SlowLineOptions, slowLine } from '../faults/slow-line.ts'
import { type Duration, timePasses } from '../faults/time-passes.ts'
import { type LoadStage, untilSoMany } from '../load/until-so-many.ts'
import type { Side } from '../servers/addresses.ts'
import type { TestCase } from './test-case.ts'

export interface AtSomeMoment {
  /** Waits until the server has accepted so many messages of the loads that are under way. Default: at once. */
  afterAccepted?: number
  /** The same for messages that have come to their upstream or mailbox. */
  afterDelivered?: number
}

/** What a test does to its servers. Each resolves when they are ready again. */
export interface Fault {
  /** Cuts the power of each machine that has a disk, or of one, and starts it again on what had reached the disk. */
  powerCut(options?: PowerCutOptions & AtSomeMoment): Promise<FaultReport>
  /** Kills all processes of a server, and starts it again; or those of one daemon. */
  kill(options?: KillOptions & AtSomeMoment): Promise<FaultReport>
  /**
   * Sends a message (from the lan, unless told otherwise), kills all processes of the MTA at a moment of the dialogue, and starts it again:
   * after the reply to MAIL (`mail`) or RCPT (`rcpt`), in the middle of the message (`data`), after the final dot and before
   * its reply (`dot`). The message is the client's own still.
   */
  killAt(moment: Moment, options: { to: string; side?: Side }): Promise<FaultReport & { messageId: string }>
  /**
   * Uses up the space or the inodes of each disk of the rig, or of one. It resolves when that is done; the servers go on. The
   * disk is as before when the test ends, or with `freeDisk`.
   */
  fillDisk(options?: FillDiskOptions & AtSomeMoment): Promise<FaultReport>
  /**
   * Takes the MTA or the store off a network, as if its cable were pulled. Neither end of a connection is told. It resolves
   * when that is done. The cable is back when the test ends, or with `reconnect`.
   */
  cutOff(options?: CutOffOptions & AtSomeMoment): Promise<FaultReport>
  /**
   * Makes the line of the MTA or the store to a network a slow one: `bytesPerSecond` for what the machine sends, `latencyMs` for
   * every round trip. It resolves when that is done. The line is as before when the test ends, or with `reconnect`.
   */
  slowLine(options: SlowLineOptions & AtSomeMoment): Promise<FaultReport>
  /**
   * Puts back every cable that the test pulled, makes its slow lines as fast as before, and has the MTA try all that is in
   * its queue.
   */
  reconnect(): Promise<FaultReport>
  /**
   * Limits the memory of the MTA or the store (`mebibytes`), or the files and sockets that each of its processes may have open
   * (`descriptors`), for which the server is killed and started again. It resolves when the server is ready so. The limits are
   * lifted when the test ends, or with `unlimit`.
   */
  limit(options: LimitOptions & AtSomeMoment): Promise<FaultReport>
  /** Lifts every limit that the test has set, and has the MTA try all that is in its queue. */
  unlimit(): Promise<FaultReport>
  /**
   * Puts the clocks of all servers of the rig ahead, and has the MTA try all that is in its queue. They never go back: give
   * such tests a rig of their own. Clients, upstreams and the resolver stay in the present.
   */
  timePasses(duration: Duration): Promise<FaultReport>
  /** Gives back what `fillDisk` took, and has the MTA try all that is in its queue. */
  freeDisk(options?: Pick<FillDiskOptions, 'of'>): Promise<FaultReport>
}

/** With what ends it: nothing of it is left for the next test. */
export interface EndingFault extends Fault {
  end(): Promise<void>
}

const STAGES: Record<keyof AtSomeMoment, LoadStage> = { afterAccepted: 'accepted', afterDelivered: 'delivered' }

export function testFault(testCase: TestCase): EndingFault {
  let isFull = false
  const pulled: Pulled[] = []
  const limits: Limited[] = []
  let hasEnded = false
  /** Remembers what is to be put back. What a test did not wait for comes when nobody does that any more. */
  const keep = async <T>(kept: T[], one: T, putBack: (rig: TestCase['rig'], all: readonly T[]) => Promise<unknown>) => {
    if (hasEnded) await putBack(testCase.rig, [one])
    else kept.push(one)
  }
  const moment = async (what: string, given: object | undefined, keys: readonly string[]) => {
    const checkedOptions = checked(what, given, [...keys, ...Object.keys(STAGES)])
    for (const [key, stage] of Object.entries(STAGES)) {
      const count = checkedOptions[key as keyof AtSomeMoment]
      if (count === undefined) continue
      if (!Number.isInteger(count) || count < 1) {
        throw faultOptionsError(`${what}: ${key} is a whole number from 1, not ${JSON.stringify(count)}`)
      }
      const loads = testCase.runningLoads
      if (loads.length === 0) throw faultOptionsError(`${what}: ${key} needs a load; this test has begun none`)
      await untilSoMany(loads, stage, count)
    }
  }
  return {
    async powerCut(options) {
      await moment('powerCut', options, ['of'])
      return powerCut(testCase.rig, options)
    },
    async kill(options) {
      await moment('kill', options, ['of', 'daemon'])
      return kill(testCase.rig, options)
    },
    async killAt(at, options) {
      checked('killAt', options, ['to', 'side'])
      const { to, side = 'lan' } = options ?? {}
      if (typeof to !== 'string') {
        throw faultOptionsError(`killAt: to is the address that the message is for, not ${JSON.stringify(to)}`)
      }
      const messageId = `${randomUUID()}@client.example`
      const open = () => testCase.session({ side })
      return { ...(await killAt(testCase.rig, at, { to, messageId, open })), messageId }
    },
    async fillDisk(options) {
      await moment('fillDisk', options, ['of', 'what'])
      const report = await fillDisk(testCase.rig, options)
      isFull = true
      return report
    },
    async freeDisk(options) {
      checked('freeDisk', options, ['of'])
      const report = await freeDisk(testCase.rig, options)
      if (options?.of === undefined) isFull = false
      return report
    },
    timePasses: (duration) => timePasses(testCase.rig, duration),
    async cutOff(options) {
      await moment('cutOff', options, ['of', 'side'])
      const { pulled: cable, ...report } = await cutOff(testCase.rig, options)
      await keep(pulled, cable, reconnect)
      return report
    },
    async slowLine(options) {
      await moment('slowLine', options, ['of', 'side', 'bytesPerSecond', 'latencyMs'])
      const { pulled: line, ...report } = await slowLine(testCase.rig, options)
      await keep(pulled, line, reconnect)
      return report
    },
    async limit(options) {
      await moment('limit', options, ['of', 'mebibytes', 'descriptors'])
      const { limited, ...report } = await limit(testCase.rig, options)
      await keep(limits, limited, unlimit)
      return report
    },
    unlimit: () => unlimit(testCase.rig, limits.splice(0)),
    reconnect: () => reconnect(testCase.rig, pulled.splice(0)),
    async end() {
      hasEnded = true
      // A server that may use little may not do the rest.
      const undo = [
        ...(limits.length > 0 ? [() => unlimit(testCase.rig, limits)] : []),
        ...(pulled.length > 0 ? [() => reconnect(testCase.rig, pulled)] : []),
        ...(isFull ? [() => freeDisk(testCase.rig)] : []),
      ]
      const failures: unknown[] = []
      for (const step of undo) await step().catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
    },
  }
}

function checked(what: string, given: object | undefined, keys: readonly string[]): AtSomeMoment {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null) {
    throw faultOptionsError(`${what}: the options are ${JSON.stringify(given)}, no object`)
  }
  const wrong = Object.keys(given).find((key) => !keys.includes(key))
  if (wrong !== undefined) {
    throw faultOptionsError(`${what}: there is no option ${JSON.stringify(wrong)}; ${oneOfThese(wrong, keys)}`)
  }
  return given
}
