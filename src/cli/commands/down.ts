import { connectEngine } from '../../engine/connect.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { endRig, keptRigs } from '../kept-rigs.ts'
import { namedRig } from '../running-rig.ts'

export async function down(name: string, options: { all?: boolean }): Promise<void> {
  const progress = terminalProgress()
  const rigs = options.all ? await keptRigs() : [await namedRig(name)]
  if (rigs.length === 0) {
    progress.line('No rig is up.')
    return
  }
  const engine = await connectEngine({ provision: false, progress })
  for (const rig of rigs) {
    const step = progress.step(`ending the rig "${rig.document.name}"`)
    await endRig(rig, engine)
    step.done()
  }
}
