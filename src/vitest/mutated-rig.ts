import { inject, type RunnerTestFile } from 'vitest'
import { ContainerExitError } from '../engine/container-exit-error.ts'
import { ServerRefusesError } from '../engine/server-refuses-error.ts'
import { EXIT, UnsupportedError } from '../errors/mailrig-error.ts'
import { configurationOf, mutatedTarget } from '../mutate/mutated-target.ts'
import { dumpsOf, type RigTrialOrder, type RigTrialRecord } from '../mutate/rig-trial.ts'
import type { Rig } from '../rig/rig.ts'
import { type RigOptions, startRig } from '../rig/start-rig.ts'
import type { Platform } from '../targets/platform.ts'
import { rendered } from '../targets/rendered.ts'
import type { TargetPlan } from '../targets/target.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of `mailrig mutate`. */
    mailrigMutation: RigTrialOrder
  }
  interface TaskMeta {
    /** Of a file, in the order of its rigs: what `mailrig mutate` asked for. */
    mailrigMutation?: RigTrialRecord[]
  }
}

interface MutatedRigOptions extends Pick<RigOptions, 'topology' | 'world' | 'disksWanted' | 'clock'> {
  platform: Platform
}

/**
 * Starts a rig, with a mutant where `mailrig mutate` gave one, and leaves in the file's meta what it had to tell.
 *
 * @throws {UnsupportedError} where nothing can be noticed with this mutant: its lines are not there, the server does not
 *   start, or prints the same configuration as without. Nothing runs then.
 */
export async function startMutatedRig({ platform, ...options }: MutatedRigOptions, file: RunnerTestFile): Promise<Rig> {
  const order = inject('mailrigMutation')
  if (order === undefined) return startRig({ ...options, ...platform })
  const records = file.meta.mailrigMutation ?? []
  file.meta.mailrigMutation = records
  const index = records.length
  const record: RigTrialRecord = { files: [], dumps: {}, became: 'ran' }
  records.push(record)
  let plan: TargetPlan | undefined
  const target = mutatedTarget(rendered(platform), order.rule, (made) => {
    plan = made
    if (!order.rule) record.files = configurationOf(made)
  })
  const rig = await startRig({ ...options, target }).catch((error: unknown) => {
    if (!order.rule) throw error
    if (error instanceof UnsupportedError) record.became = 'absent'
    else if (isRefusal(error)) {
      record.became = 'refused'
      record.because = error.message
      throw over('the server does not start with it')
    }
    throw error
  })
  if (!plan) return rig
  record.dumps = await dumpsOf(plan, rig.hosts, order.rule)
  if (!order.rule) return rig
  const before = order.dumps[file.filepath]?.[index]?.[order.rule.server]
  const now = record.dumps[order.rule.server]
  if (now === undefined || now !== before) return rig
  record.became = 'equivalent'
  await rig.stop()
  throw over('the server prints the same configuration as without it')
}

function isRefusal(error: unknown): error is ContainerExitError | ServerRefusesError {
  return (
    error instanceof ServerRefusesError || (error instanceof ContainerExitError && error.exitCode === EXIT.badInput)
  )
}

function over(reason: string): UnsupportedError {
  return new UnsupportedError(`with this mutant nothing can be noticed: ${reason}`, {
    code: 'MUTANT_ABSENT',
    remedy: 'Nothing is to be done: `mailrig mutate` tells it of the mutant.',
  })
}
