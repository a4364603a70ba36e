import { availableParallelism } from 'node:os'
import { baseRecipe, baseTag, ensureBase } from './base-image.ts'
import { hashBuildContext, readBuildContext } from './build-context.ts'
import { buildImage } from './build-image.ts'
import type { Engine } from './engine.ts'
import { LABEL } from './labels.ts'
import { withLock } from './lock.ts'
import type { Progress } from './progress.ts'

/** An image mailrig builds: a folder under docker/, on a Debian release. */
export interface ImageName {
  server: string
  release: string
}

/**
 * The tag of an image: `mailrig/<server>:<release>-<hash>`. The hash covers all that goes into it, so a tag that exists
 * is never stale.
 */
export function imageTag(server: string, release: string): Promise<string> {
  const key = `${server} ${release}`
  let tag = tags.get(key)
  if (!tag) {
    tag = readTag(server, release)
    tags.set(key, tag)
  }
  return tag
}

/** Read once a process: every rig asks. */
const tags = new Map<string, Promise<string>>()

async function readTag(server: string, release: string): Promise<string> {
  const context = await readBuildContext(server)
  return `mailrig/${server}:${release}-${hashBuildContext(context, baseRecipe(release))}`
}

/**
 * Builds what is missing. When nothing is, this costs one request.
 *
 * @throws {EngineError} when an image cannot be had; builds under way come to their end first.
 */
export async function ensureImages(engine: Engine, images: readonly ImageName[], progress: Progress): Promise<void> {
  const wanted = await withTags(images)
  if ((await missingOf(engine, wanted)).length === 0) return
  const onWait = () => progress.line('Another mailrig process builds images; waiting for it.')
  await withLock('images', { timeoutMs: 1_800_000, onWait }, async () => {
    const missing = await missingOf(engine, wanted)
    if (missing.length === 0) return
    const present = await presentTags(engine)
    const releases = [...new Set(missing.map(({ release }) => release))]
    const basesMissing = releases.filter((release) => !present.has(baseTag(release)))
    await allSettledOrThrow(basesMissing, CONCURRENCY, (release) => ensureBase(engine, release, progress))
    await allSettledOrThrow(missing, CONCURRENCY, (image) => build(engine, image, progress))
  })
}

/**
 * Builds side by side: one more than cores, because each waits for an archive now and then. All ten on 2 cores took 86 s
 * two at a time, 77 s three at a time and 80 s with four.
 */
const CONCURRENCY = Math.min(8, availableParallelism() + 1)

interface TaggedImage extends ImageName {
  tag: string
}

async function withTags(images: readonly ImageName[]): Promise<TaggedImage[]> {
  const tagged = await Promise.all(
    images.map(async ({ server, release }) => ({ server, release, tag: await imageTag(server, release) })),
  )
  return [...new Map(tagged.map((image) => [image.tag, image])).values()]
}

async function missingOf(engine: Engine, wanted: readonly TaggedImage[]): Promise<TaggedImage[]> {
  const present = await presentTags(engine)
  return wanted.filter(({ tag }) => !present.has(tag))
}

async function presentTags(engine: Engine): Promise<Set<string>> {
  const images = await engine.docker.listImages({ filters: { reference: ['mailrig/*'] } })
  // Podman puts `localhost/` before the names of what was built on the spot, and Docker's registry before others.
  const names = images.flatMap(({ RepoTags }) => RepoTags ?? [])
  return new Set(names.map((name) => name.replace(/^(?:localhost|docker\.io)\//, '')))
}

async function build(engine: Engine, image: TaggedImage, progress: Progress): Promise<void> {
  const step = progress.step(`image ${image.server} on ${image.release}`)
  const context = await readBuildContext(image.server)
  const dockerfile = String(context.find(({ path }) => path === 'Dockerfile')?.content)
  try {
    await buildImage(
      engine,
      {
        tag: image.tag,
        context,
        buildArguments: {
          BASE: baseTag(image.release),
          ...(/^ARG RELEASE\b/m.test(dockerfile) ? { RELEASE: image.release } : {}),
        },
        labels: { [LABEL.image]: '1', [LABEL.server]: image.server, [LABEL.release]: image.release },
      },
      step,
    )
    step.done()
  } catch (error) {
    step.fail()
    throw error
  }
}

/** Runs all, `concurrency` at a time, and throws the first error when none runs any more. */
async function allSettledOrThrow<T>(
  items: readonly T[],
  concurrency: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const errors: unknown[] = []
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined && errors.length === 0; item = queue.shift()) {
      await action(item).catch((error: unknown) => errors.push(error))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  if (errors.length > 0) throw errors[0]
}
