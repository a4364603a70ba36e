import type { RunningContainer } from '../../engine/running-host.ts'
import { CommandError } from '../../rig/command-error.ts'
import type { Finding } from './finding.ts'
import type { PlanInput } from './plan.ts'
import { startDovecot } from './start-dovecot.ts'
import { startPostfix } from './start-postfix.ts'

/** Starts what the configuration is for, in the order in which one needs the other: store, then MTA. */
export async function startServers({ exec }: RunningContainer, { survey }: PlanInput): Promise<Finding[]> {
  const findings: Finding[] = []
  if (survey.dovecot) findings.push(...(await startDovecot(exec, survey.dovecotSettings)))
  if (survey.mta?.name === 'postfix') findings.push(...(await startPostfix(exec)))
  return findings
}

const RESTART: Record<string, readonly string[]> = {
  postfix: ['sh', '-c', 'postfix stop; postfix start'],
}

/** Stops the MTA and starts it again. @throws {CommandError} with what it said where it does not start. */
export async function restartMta({ exec }: RunningContainer, name: string | undefined): Promise<void> {
  const command = RESTART[name ?? '']
  if (command === undefined || name === undefined) return
  const result = await exec([...command])
  if (result.exitCode !== 0) throw new CommandError(command, name, result)
}
