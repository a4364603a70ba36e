import { connectEngine } from '../../engine/connect.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { stopProvisionedEngine } from '../../engine/provision.ts'
import { removeAll } from '../../engine/sweep.ts'
import { endRig, keptRigs } from '../kept-rigs.ts'

export async function clean(options: { images?: boolean; engine?: boolean }): Promise<void> {
  const progress = terminalProgress()
  const engine = await connectEngine({ provision: false, progress })
  for (const rig of await keptRigs()) await endRig(rig, engine)
  const removed = await removeAll(engine, { images: options.images ?? false })
  const counts = Object.entries(removed).map(([what, count]) => `${count} ${what}`)
  progress.line(`Removed ${counts.join(', ')}.`)
  if (options.engine) {
    progress.line(
      (await stopProvisionedEngine()) ? 'Ended the engine.' : 'The engine was not started by mailrig; it goes on.',
    )
  }
}
