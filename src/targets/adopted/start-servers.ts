import type { RunningContainer } from '../../engine/running-host.ts'
import type { Finding } from './finding.ts'
import type { PlanInput } from './plan.ts'
import { startDovecot } from './start-dovecot.ts'
import { startPostfix } from './start-postfix.ts'

/** Starts what the configuration is for, in the order in which one needs the other: store, then MTA. */
export async function startServers({ exec }: RunningContainer, { survey }: PlanInput): Promise<Finding[]> {
  const findings: Finding[] = []
  if (survey.dovecot) findings.push(...(await startDovecot(exec)))
  if (survey.mta?.name === 'postfix') findings.push(...(await startPostfix(exec)))
  return findings
}
