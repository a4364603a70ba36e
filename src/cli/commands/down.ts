import { connectEngine } from '../../engine/connect.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { endRig, keptRig, keptRigs } from '../kept-rigs.ts'

export async function down(name: string, options: { all?: boolean }): Promise<void> {
  const progress = terminalProgress()
  const rigs = options.all ? await keptRigs() : [await named(name)]
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

async function named(name: string) {
  const rig = await keptRig(name)
  if (rig) return rig
  const names = (await keptRigs()).map(({ document }) => JSON.stringify(document.name))
  throw new InputError(`no rig named ${JSON.stringify(name)} is up`, {
    code: 'NO_SUCH_RIG',
    remedy: names.length === 0 ? '`mailrig up` starts one.' : `Name one of ${names.join(', ')}.`,
  })
}
