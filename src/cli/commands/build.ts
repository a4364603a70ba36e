import { connectEngine } from '../../engine/connect.ts'
import { ensureImages } from '../../engine/images.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { store } from '../../servers/registry.ts'
import { chooseTargets } from '../choose.ts'

export async function build(options: { mta?: string; release?: string; quiet?: boolean }): Promise<void> {
  const targets = chooseTargets(options)
  const progress = terminalProgress()
  const engine = await connectEngine({ provision: true, progress })
  const images = targets.flatMap(({ mta, release }) => [
    { server: mta.name, release },
    { server: store.name, release },
  ])
  await ensureImages(engine, images, progress)
  if (!options.quiet) progress.line('All images are there.')
}
