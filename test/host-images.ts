import { join } from 'node:path'
import { baseRecipe, baseTag, ensureBase } from '../src/engine/base-image.ts'
import { hashBuildContext, readBuildContext } from '../src/engine/build-context.ts'
import { buildImage } from '../src/engine/build-image.ts'
import type { Engine } from '../src/engine/engine.ts'
import { LABEL } from '../src/engine/labels.ts'
import { withLock } from '../src/engine/lock.ts'
import { silentProgress } from '../src/engine/progress.ts'

const RELEASE = 'bookworm'
const FOLDER = join(import.meta.dirname, 'fixtures', 'hosts')

/** Builds the image of a folder under test/fixtures/hosts where it is missing, and gives its tag. */
export async function hostImage(engine: Engine, name: string): Promise<string> {
  const context = await readBuildContext(name, FOLDER)
  const tag = `mailrig/test-${name}:${RELEASE}-${hashBuildContext(context, baseRecipe(RELEASE))}`
  const isThere = async () => (await engine.docker.listImages({ filters: { reference: [tag] } })).length > 0
  if (await isThere()) return tag
  await withLock('images', { timeoutMs: 1_800_000 }, async () => {
    if (await isThere()) return
    await ensureBase(engine, RELEASE, silentProgress)
    const labels = { [LABEL.server]: `test-${name}`, [LABEL.release]: RELEASE }
    const step = silentProgress.step(tag)
    await buildImage(engine, { tag, context, buildArguments: { BASE: baseTag(RELEASE) }, labels }, step)
  })
  return tag
}
