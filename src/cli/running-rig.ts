import { fateOf } from '../engine/owner.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { type KeptRig, keptRig, keptRigs } from './kept-rigs.ts'

/** The kept rig of that name. @throws {InputError} naming those there are, or how to start one. */
export async function namedRig(name: string): Promise<KeptRig> {
  const rig = await keptRig(name)
  if (rig) return rig
  const names = (await keptRigs()).map(({ document }) => JSON.stringify(document.name))
  throw new InputError(`no rig named ${JSON.stringify(name)} is up`, {
    code: 'NO_SUCH_RIG',
    remedy: names.length === 0 ? '`mailrig up` starts one.' : `Name one of ${names.join(', ')}.`,
  })
}

/** The same, whose process lives. @throws {InputError} also when it was killed. */
export async function runningRig(name: string): Promise<KeptRig> {
  const rig = await namedRig(name)
  if (fateOf(rig.owner) === 'alive') return rig
  throw new InputError(`the process that held the rig ${JSON.stringify(name)} is gone`, {
    code: 'RIG_GONE',
    remedy: `Remove what it left with \`mailrig down${name === 'default' ? '' : ` ${name}`}\`, then start it anew.`,
  })
}
