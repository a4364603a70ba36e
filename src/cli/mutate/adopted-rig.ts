import type { Check, CheckResult } from '../../check/index.ts'
import { hashOf } from '../../mutate/rig-trial.ts'
import type { World } from '../../rig/world.ts'
import type { Mutation } from '../../servers/mutation.ts'
import type { Release } from '../../servers/release.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import { type AdoptedHost, bootAdopted } from '../../targets/adopted/boot.ts'
import { startVerdict } from '../../targets/adopted/start-verdict.ts'
import { runChecklist } from '../commands/check-host.ts'

export interface AdoptedTrial {
  world: World
  release: Release
  image: string
  /** In the order in which they are to run, as far as they may. */
  checks: readonly Check[]
  /** Server → how it prints its configuration. */
  dumps: ReadonlyMap<string, NonNullable<Mutation['dump']>>
  /** Known from the run without a mutant; nothing more is asked where it is the same. */
  sameDump?: { server: string; hash: string | undefined }
  /** See `runChecks`. */
  until?: (result: CheckResult) => boolean
}

/** What a configuration does on a host of its own. */
export interface AdoptedOutcome {
  /** Why it does not start, where that is so. */
  refusal?: string
  /** What is odd at the start, a line each. */
  faults: string[]
  /** Server → what it prints of its configuration, as a hash. */
  dumps: Map<string, string>
  /** True: it prints what it printed without a mutant, and no check ran. */
  equivalent: boolean
  results: CheckResult[]
}

/** Boots a configuration, runs the checklist, and ends the host. */
export async function tryAdopted(adopted: Adopted, trial: AdoptedTrial): Promise<AdoptedOutcome> {
  const { world, release, image, sameDump } = trial
  const host = await bootAdopted(world, adopted, { image, release })
  try {
    const { down, findings } = await startVerdict(host)
    const faults = findings
      .filter(({ severity }) => severity === 'fault')
      .map(({ server, message }) => `${server}: ${message}`)
    const dumps = await dumpsOf(host, trial.dumps)
    const outcome = { faults, dumps, equivalent: false, results: [] }
    if (down.length > 0 || host.facts.services.length === 0) {
      return { ...outcome, refusal: faults[0] ?? 'no port listens' }
    }
    const hash = sameDump && dumps.get(sameDump.server)
    if (sameDump && hash !== undefined && hash === sameDump.hash) return { ...outcome, equivalent: true }
    const until = trial.until ? { until: trial.until } : {}
    return { ...outcome, results: await runChecklist(host, trial.checks, until) }
  } finally {
    await host.stop()
  }
}

async function dumpsOf(host: AdoptedHost, commands: AdoptedTrial['dumps']): Promise<Map<string, string>> {
  const dumps = new Map<string, string>()
  for (const [server, { command }] of commands) {
    const { exitCode, stdout } = await host.container.exec([...command])
    if (exitCode === 0) dumps.set(server, hashOf(stdout))
  }
  return dumps
}
