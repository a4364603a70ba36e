import { resolve } from 'node:path'
import { CLOCK_IMAGE } from '../../engine/clock.ts'
import { connectEngine } from '../../engine/connect.ts'
import { DISK_IMAGE } from '../../engine/disks.ts'
import { loadImages, saveImages } from '../../engine/image-archive.ts'
import { ensureImages, imageTag } from '../../engine/images.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { checkRegistry, pullImages, pushImages } from '../../engine/registry-images.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { imagesFor } from '../../rig/open-run.ts'
import { ACCOUNT_SOURCES } from '../../servers/account-servers.ts'
import { chooseTargets } from '../choose.ts'
import { ensureSelf } from '../self-image/build-self.ts'

/** Has the images of servers there: from an archive, as far as it has them, and built. */
export async function build(options: {
  mta?: string
  release?: string
  store?: string
  quiet?: boolean
  /** Files; from the working directory. */
  load?: string
  save?: string
  /** Addresses of registries, each with a path. */
  pull?: string
  push?: string
  /** The image of mailrig itself, and no other but those that are named. */
  self?: boolean
}): Promise<void> {
  const { mta, release, store, self } = options
  const named = [mta, release, store].some((list) => list !== undefined)
  const targets = self && !named ? [] : chooseTargets(options)
  const from = options.pull === undefined ? undefined : checkRegistry(options.pull)
  const to = options.push === undefined ? undefined : checkRegistry(options.push)
  if (from !== undefined && to !== undefined) {
    throw new InputError('images are pulled from a registry or pushed to one, not both at once', {
      code: 'IMAGE_REGISTRY',
      remedy: 'Run it twice: first with --pull, then with --push.',
    })
  }
  const progress = terminalProgress()
  const engine = await connectEngine({ provision: true, progress })
  if (options.load !== undefined) await loadImages(engine, resolve(options.load), progress)
  const images =
    targets.length === 0
      ? []
      : [...imagesFor(targets, { accounts: ACCOUNT_SOURCES, filters: true }), DISK_IMAGE, CLOCK_IMAGE]
  const tags = [...new Set(await Promise.all(images.map(({ server, release }) => imageTag(server, release))))]
  if (from !== undefined) await pullImages(engine, tags, from, progress)
  await ensureImages(engine, images, progress)
  const own = self ? [await ensureSelf(engine, progress)] : []
  if (options.save !== undefined) await saveImages(engine, [...own, ...tags], resolve(options.save), progress)
  if (to !== undefined) await pushImages(engine, [...own, ...tags], to, progress)
  // For a script: what to run.
  for (const tag of own) process.stdout.write(`${tag}\n`)
  if (!options.quiet) progress.line('All images are there.')
}
