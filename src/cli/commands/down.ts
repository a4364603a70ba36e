import { connectEngine } from '../../engine/connect.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { endRig, keptRigs } from '../kept-rigs.ts'
import { namedRig } from '../running-rig.ts'

/** Ends kept rigs by name, none given: the one named `default`; or all. */
export async function down(names: string[], options: { all?: boolean }): Promise<void> {
  const progress = terminalProgress()
  const rigs = options.all ? await keptRigs() : await Promise.all(namesOr(names).map(namedRig))
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

function namesOr(names: string[]): string[] {
  return names.length === 0 ? ['default'] : [...new Set(names)]
}
