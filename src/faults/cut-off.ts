import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { tryAgain } from './back-again.ts'
import { cableOf } from './cable-of.ts'
import type { FaultReport } from './fault-report.ts'

export interface CutOffOptions {
  /** Whose machine. Default `mta`. */
  of?: Role
  /**
   * From which network: `lan`, where the users, the resolver and the store are, or `internet`, where the upstreams are.
   * Default: `internet` for the MTA, `lan` for the store, which has no other.
   */
  side?: 'lan' | 'internet'
}

/** A cable that was pulled, or a line that is slow. */
export interface Pulled {
  machine: FaultyMachine
  putBack: () => Promise<void>
}

/**
 * Takes a machine off a network, as if its cable were pulled: what is sent is lost on its way, and nobody is told that a
 * connection is over. Each end finds that out by its own time-outs.
 *
 * @throws {InputError} FAULT_OPTIONS; {UnsupportedError}; {EngineError} CABLE_FAILED
 */
export async function cutOff(rig: Rig, options: CutOffOptions = {}): Promise<FaultReport & { pulled: Pulled }> {
  const { machine, side } = cableOf(rig, options, { fault: 'cutOff', deed: 'cut off' })
  const pull = has(machine.host.cutOff, `cut off ${machine.name}`, RUNS_AS_ITS_IMAGE)
  const putBack = await pull(side)
  return { servers: [machine.name], awayMs: 0, pulled: { machine, putBack } }
}

/** Puts cables back, makes lines as fast as before, and has the MTA try all that is in its queue. */
export async function reconnect(rig: Rig, cables: readonly Pulled[]): Promise<FaultReport> {
  await Promise.all(cables.map(({ putBack }) => putBack()))
  await tryAgain(rig)
  return { servers: cables.map(({ machine: { name } }) => name), awayMs: 0 }
}
