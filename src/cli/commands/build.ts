import { CLOCK_IMAGE } from '../../engine/clock.ts'
import { connectEngine } from '../../engine/connect.ts'
import { DISK_IMAGE } from '../../engine/disks.ts'
import { ensureImages } from '../../engine/images.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { imagesFor } from '../../rig/open-run.ts'
import { chooseTargets } from '../choose.ts'

export async function build(options: {
  mta?: string
  release?: string
  store?: string
  quiet?: boolean
}): Promise<void> {
  const targets = chooseTargets(options)
  const progress = terminalProgress()
  const engine = await connectEngine({ provision: true, progress })
  await ensureImages(engine, [...imagesFor(targets), DISK_IMAGE, CLOCK_IMAGE], progress)
  if (!options.quiet) progress.line('All images are there.')
}
