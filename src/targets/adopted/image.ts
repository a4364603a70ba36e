import { baseRecipe, baseTag, ensureBase, isPresent } from '../../engine/base-image.ts'
import { hashBuildContext, readBuildContext } from '../../engine/build-context.ts'
import { buildImage } from '../../engine/build-image.ts'
import type { Engine } from '../../engine/engine.ts'
import { LABEL } from '../../engine/labels.ts'
import { withLock } from '../../engine/lock.ts'
import type { Progress } from '../../engine/progress.ts'
import { soMany } from '../../errors/so-many.ts'

/** The folder under docker/. */
const SERVER = 'adopted'

/**
 * The tag of the image with these packages: `mailrig/adopted:<release>-<hash>`. The hash covers the packages and all
 * else that goes into it, so that two configurations with the same needs share one. Nothing of a configuration is in it.
 */
export async function adoptedTag(release: string, packages: readonly string[]): Promise<string> {
  const context = await readBuildContext(SERVER)
  const hash = hashBuildContext(context, `${baseRecipe(release)} ${[...packages].sort().join(' ')}`)
  return `mailrig/${SERVER}:${release}-${hash}`
}

/**
 * Builds the image with these packages, unless it is there.
 *
 * @throws {EngineError} IMAGE_NOT_BUILT where a package is not in the release, or cannot be had.
 */
export async function ensureAdoptedImage(
  engine: Engine,
  { release, packages }: { release: string; packages: readonly string[] },
  progress: Progress,
): Promise<string> {
  const tag = await adoptedTag(release, packages)
  if (await isPresent(engine, tag)) return tag
  const onWait = () => progress.line('Another mailrig process builds images; waiting for it.')
  const lock = { timeoutMs: 1_800_000, onWait }
  if (!(await isPresent(engine, baseTag(release)))) {
    await withLock('images', lock, async () => {
      if (!(await isPresent(engine, baseTag(release)))) await ensureBase(engine, release, progress)
    })
  }
  await withLock(tag, lock, async () => {
    if (await isPresent(engine, tag)) return
    const step = progress.step(`image with ${soMany(packages.length, 'package')} on Debian ${release}`)
    try {
      await buildImage(
        engine,
        {
          tag,
          context: await readBuildContext(SERVER),
          buildArguments: { BASE: baseTag(release), RELEASE: release, PACKAGES: [...packages].sort().join(' ') },
          labels: { [LABEL.image]: '1', [LABEL.server]: SERVER, [LABEL.release]: release },
        },
        step,
      )
      step.done()
    } catch (error) {
      step.fail()
      throw error
    }
  })
  return tag
}
