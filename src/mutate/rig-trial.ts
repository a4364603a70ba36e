import { createHash } from 'node:crypto'
import type { RunningHost } from '../engine/running-host.ts'
import type { TargetPlan } from '../targets/target.ts'
import { neutral } from './mutant.ts'
import type { ConfigurationFile, MutantRule } from './mutated-target.ts'

/** What a worker is told: which mutant, and what servers print without one. Plain data. */
export interface RigTrialOrder {
  /** Absent: the run without a mutant, which records what there is. */
  rule?: MutantRule
  /** Test file → for each of its rigs, in their order: server → what it prints of its configuration, as a hash. */
  dumps: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
}

/** What a rig of a test file tells. */
export interface RigTrialRecord {
  /** Only without a mutant. */
  files: ConfigurationFile[]
  dumps: Record<string, string>
  became: 'ran' | 'absent' | 'equivalent' | 'refused'
  /** What the server said, where it refused. */
  because?: string
}

/** What each server of a plan prints of its configuration: server → hash. Those that print nothing are left out. */
export async function dumpsOf(
  plan: TargetPlan,
  hosts: ReadonlyMap<string, RunningHost>,
  only?: MutantRule,
): Promise<Record<string, string>> {
  const wanted = plan.hosts.flatMap((host) =>
    host.servers.flatMap(({ server: { name, mutation } }) => {
      const running = hosts.get(host.name)
      const dump = mutation?.dump
      if (!dump || !running || (only && !(only.server === name && dump.covers(only.path)))) return []
      return [{ name, running, command: [...dump.command] }]
    }),
  )
  const dumps = await Promise.all(
    wanted.map(async ({ name, running, command }) => {
      const { exitCode, stdout } = await running.ask(command)
      return exitCode === 0 ? [[name, hashOf(stdout)] as const] : []
    }),
  )
  return Object.fromEntries(dumps.flat())
}

/** Of what a server prints of its configuration, wherever in the networks its rig stands. */
export function hashOf(text: string): string {
  return createHash('sha256').update(neutral(text)).digest('hex').slice(0, 16)
}
