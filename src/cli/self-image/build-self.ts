import { baseRecipe, baseTag, ensureBase, isPresent } from '../../engine/base-image.ts'
import { hashBuildContext, readBuildContext } from '../../engine/build-context.ts'
import { buildImage } from '../../engine/build-image.ts'
import type { Engine } from '../../engine/engine.ts'
import { LABEL } from '../../engine/labels.ts'
import type { Progress } from '../../engine/progress.ts'
import { selfContext } from './self-context.ts'

const RELEASE = 'trixie'

/**
 * Has an image of this very mailrig there, named by what is in it: `mailrig/mailrig:<release>-<hash>`. It is made of what
 * is on this machine; nothing is fetched but Debian's base, where that is not there.
 *
 * @returns its tag
 */
export async function ensureSelf(engine: Engine, progress: Progress): Promise<string> {
  const [{ files, program }, own] = await Promise.all([selfContext(), readBuildContext('mailrig')])
  const context = [...own, ...files]
  const tag = `mailrig/mailrig:${RELEASE}-${hashBuildContext(context, baseRecipe(RELEASE))}`
  if (await isPresent(engine, tag)) return tag
  if (!(await isPresent(engine, baseTag(RELEASE)))) await ensureBase(engine, RELEASE, progress)
  const step = progress.step('image of mailrig itself')
  try {
    const labels = { [LABEL.image]: '1', [LABEL.release]: RELEASE }
    await buildImage(
      engine,
      { tag, context, buildArguments: { BASE: baseTag(RELEASE), PROGRAM: program }, labels },
      step,
    )
    step.done(tag)
    return tag
  } catch (error) {
    step.fail()
    throw error
  }
}
