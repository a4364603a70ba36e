import { oneOfThese } from '../errors/did-you-mean.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import type { FaultyMachine } from '../rig/faulty-machine.ts'
import type { Rig } from '../rig/rig.ts'
import { has, notDescribed, RUNS_AS_ITS_IMAGE } from '../rig/unsupported.ts'
import type { Role } from '../surroundings/surroundings.ts'
import { standingStill, tryAgain } from './back-again.ts'
import { faultOptionsError } from './fault-options-error.ts'
import type { FaultReport } from './fault-report.ts'
import { checkOnLan, machineOf } from './machine-of.ts'

export interface KillOptions {
  /** Whose processes. Default `mta`. */
  of?: Role
  /**
   * One program of the server by the name its manual gives it, e.g. `qmgr`; the server itself goes on, and starts it anew
   * when it is needed. Default: every process of the machine, and then the server is started again.
   */
  daemon?: string
}

/**
 * Kills processes of a server (SIGKILL). Files stay as they are, written or not yet on disk.
 *
 * @throws {InputError} FAULT_OPTIONS for a daemon that the server does not have; {MailrigError} FAULT_NOT_REACHED where it
 *   has one, and no process of it runs
 */
export async function kill(rig: Rig, options: KillOptions = {}): Promise<FaultReport> {
  const machine = machineOf(rig, options.of ?? 'mta', { fault: 'kill', deed: 'kill' })
  const began = performance.now()
  if (options.daemon === undefined) await killAll(rig, machine)
  else await killDaemon(machine, options.daemon)
  return { servers: [machine.name], awayMs: performance.now() - began }
}

/** @param meanwhile begun when every process was told to die, and waited for before the start */
export async function killAll(rig: Rig, machine: FaultyMachine, meanwhile?: () => Promise<void>): Promise<void> {
  checkOnLan(machine, 'kill')
  const { name, host } = machine
  const crash = has(host.crash, `kill ${name}`, RUNS_AS_ITS_IMAGE)
  const isMta = host === rig.machine('mta')?.host
  await rig.whileAway(() => (isMta ? crash(meanwhile) : standingStill(rig, () => crash(meanwhile))))
  await tryAgain(rig)
}

async function killDaemon({ name, host, durability }: FaultyMachine, daemon: string): Promise<void> {
  const daemons = has(durability, `kill a daemon of ${name}`, notDescribed(name)).daemons
  const pattern = daemons[daemon]
  if (!pattern) {
    throw faultOptionsError(
      `kill: ${name} has no daemon ${JSON.stringify(daemon)}; ${oneOfThese(daemon, Object.keys(daemons))}`,
    )
  }
  const killed = await has(host.kill, `kill a daemon of ${name}`, RUNS_AS_ITS_IMAGE)(pattern)
  if (killed > 0) return
  throw new MailrigError(`no process of ${daemon} runs in ${name}: nothing was killed`, {
    code: 'FAULT_NOT_REACHED',
    remedy:
      'Have the server need it first: a session for the one that receives, a message under way for one that delivers.',
  })
}
