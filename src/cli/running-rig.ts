import { fateOf } from '../engine/owner.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { isOfTarget } from '../report/project-name.ts'
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

/**
 * The name of the kept rig that a command is about.
 *
 * @param target what it runs: `production@trixie`, or `production` where no other release of it is up
 * @throws {InputError} where none or several are up that run it
 */
export async function rigChosen(name: string | undefined, target: string | undefined): Promise<string> {
  if (target === undefined) return name ?? 'default'
  if (name !== undefined) {
    throw new InputError('a rig has been named, and a target too', {
      code: 'OPTIONS_CONFLICT',
      remedy: 'Give the name of the rig, or --target.',
    })
  }
  const rigs = (await keptRigs()).map(({ document }) => document)
  const found = rigs.filter((rig) => isOfTarget(rig.target, target))
  const [first, ...others] = found
  if (first && others.length === 0) return first.name
  const told = (first ? found : rigs).map((rig) => `${JSON.stringify(rig.name)} (${rig.target})`).join(', ')
  throw new InputError(
    first ? `several rigs run ${JSON.stringify(target)}: ${told}` : `no rig that runs ${JSON.stringify(target)} is up`,
    {
      code: 'NO_SUCH_RIG',
      remedy: first
        ? 'Name the rig.'
        : told === ''
          ? `\`mailrig up --target ${target}\` starts one.`
          : `There is ${told}.`,
    },
  )
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
