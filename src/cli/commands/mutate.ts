import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { terminalProgress } from '../../engine/progress.ts'
import { coloursFor } from '../../errors/colours.ts'
import { EXIT } from '../../errors/mailrig-error.ts'
import { mutationPage } from '../../mutate/page.ts'
import { mutationTable } from '../../mutate/table.ts'
import { chooseTargets } from '../choose.ts'
import { type MutateWords, mutateError, mutateOptionsFrom, thresholdFrom } from '../mutate/mutate-options.ts'
import { type Mutated, mutateRendered } from '../mutate/mutate-rendered.ts'
import { makeReportFolder } from '../report-folder.ts'

/** Breaks the configuration of a server one line at a time, and tells which breaks no test noticed. */
export async function mutate(paths: string[], words: MutateWords): Promise<void> {
  const options = { ...mutateOptionsFrom(words), progress: terminalProgress() }
  const threshold = thresholdFrom(words)
  if (words.html !== undefined) makeReportFolder(dirname(resolve(words.html)))
  await tell(await mutateRendered(paths, oneTarget(words), options), words, threshold)
}

function oneTarget({ mta = 'postfix', release = 'bookworm', store }: MutateWords) {
  const [target, ...others] = chooseTargets({ mta, release, store })
  if (target && others.length === 0) return target
  throw mutateError(
    'mutants are of one server on one release, and several were named',
    'Name one with --mta and one with --release.',
  )
}

async function tell(
  { document, interrupted }: Mutated,
  words: MutateWords,
  threshold: number | undefined,
): Promise<void> {
  if (words.html !== undefined) await writeFile(words.html, await mutationPage(document))
  const { red, dim } = coloursFor({ stream: process.stdout, env: process.env })
  process.stdout.write(
    words.json ? `${JSON.stringify(document, null, 2)}\n` : mutationTable(document, { survived: red, faint: dim }),
  )
  const { percent } = document.score
  if (interrupted !== undefined) process.exitCode = interrupted
  else if (threshold !== undefined && (percent ?? 100) < threshold) {
    process.stderr.write(`the score is ${percent} %, and --threshold asks for ${threshold} %\n`)
    process.exitCode = EXIT.failed
  }
}
