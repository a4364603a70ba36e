import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { tryAgain } from './back-again.ts'
import { checkNumber } from './fault-number.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'
import { killAll } from './kill.ts'
import { machineOf } from './machine-of.ts'

export interface LimitOptions {
  /** Whose machine. Default `mta`. */
  of?: Role
  /**
   * Memory that all its processes may use together, MiB, 6 to 1 048 576. Where they want more, the kernel kills one of them. The
   * server goes on.
   */
  mebibytes?: number
  /**
   * Files and sockets that each of its processes may have open, 16 to 100 000: RLIMIT_NOFILE of getrlimit(2), which a process has
   * from its start. So all processes of the server are killed, and it is started again.
   */
  descriptors?: number
}

/** What of a machine is limited. */
export interface Limited {
  machine: FaultyMachine
  memory: boolean
  descriptors: boolean
}

/**
 * Limits what a machine may use. It resolves when the server is ready so.
 *
 * @throws {InputError} FAULT_OPTIONS; {UnsupportedError}; {EngineError} LIMIT_FAILED; {WaitError}, {ContainerExitError} where the
 *   server does not start with so few descriptors
 */
export async function limit(rig: Rig, options: LimitOptions = {}): Promise<FaultReport & { limited: Limited }> {
  const { of = 'mta', mebibytes, descriptors } = options
  if (mebibytes === undefined && descriptors === undefined) {
    throw faultOptionsError('limit: give mebibytes, descriptors or both')
  }
  checkNumber('limit', { mebibytes }, 6, 1_048_576)
  checkNumber('limit', { descriptors }, 16, 100_000)
  const machine = machineOf(rig, of, { fault: 'limit', deed: 'limit' })
  const { name, host } = machine
  const limitMemory = has(host.limitMemory, `limit ${name}`, RUNS_AS_ITS_IMAGE)
  const began = performance.now()
  if (mebibytes !== undefined) await limitMemory(mebibytes)
  if (descriptors !== undefined) await restart(rig, machine, descriptors)
  return {
    servers: [name],
    awayMs: descriptors === undefined ? 0 : performance.now() - began,
    limited: { machine, memory: mebibytes !== undefined, descriptors: descriptors !== undefined },
  }
}

/** Lifts limits, and has the MTA try all that is in its queue. */
export async function unlimit(rig: Rig, limits: readonly Limited[]): Promise<FaultReport> {
  const began = performance.now()
  for (const { machine, memory, descriptors } of limits) {
    if (memory) await machine.host.limitMemory?.()
    if (descriptors) await restart(rig, machine, undefined)
  }
  await tryAgain(rig)
  return { servers: limits.map(({ machine: { name } }) => name), awayMs: performance.now() - began }
}

async function restart(rig: Rig, machine: FaultyMachine, descriptors: number | undefined): Promise<void> {
  machine.host.limitDescriptors?.(descriptors)
  try {
    await killAll(rig, machine)
  } catch (error) {
    // Whoever starts it next does so without a limit.
    machine.host.limitDescriptors?.()
    throw error
  }
}
