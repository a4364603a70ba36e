import { existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { terminalProgress } from '../../engine/progress.ts'
import { coloursFor } from '../../errors/colours.ts'
import { EXIT } from '../../errors/mailrig-error.ts'
import { soMany } from '../../errors/so-many.ts'
import type { MutationDocument } from '../../mutate/document.ts'
import { joinMutations } from '../../mutate/join.ts'
import { mutationPage } from '../../mutate/page.ts'
import { mutationTable } from '../../mutate/table.ts'
import { adopt } from '../../targets/adopted/adopted.ts'
import { readSource } from '../../targets/adopted/read-source.ts'
import type { Platform } from '../../targets/platform.ts'
import { chooseTargets } from '../choose.ts'
import { changedLines } from '../mutate/changed-lines.ts'
import type { MutateSource } from '../mutate/mutate-adopted.ts'
import { type MutateWords, mutateError, mutateOptionsFrom, thresholdFrom } from '../mutate/mutate-options.ts'
import { makeReportFolder } from '../report-folder.ts'
import { chosenReleases, declaredBy, seedOf } from './check-choices.ts'

/** Breaks the configuration of a server one line at a time, and tells which breaks no test noticed. */
export async function mutate(paths: string[], words: MutateWords): Promise<void> {
  const threshold = thresholdFrom(words)
  if (words.html !== undefined) checkPage(words.html)
  if (words.join) {
    if (paths.length === 0) {
      throw mutateError(
        '--join joins documents, and none was named',
        'Give what `mailrig mutate --shard i/n --json` printed.',
      )
    }
    process.exitCode = await tellOf(await joinMutations(paths), words, threshold)
    return
  }
  let code: number = EXIT.ok
  const tell = async (document: MutationDocument) => {
    code = await tellOf(document, words, threshold)
  }
  const options = { ...mutateOptionsFrom(words), progress: terminalProgress(), tell }
  const folder = configurationAmong(paths)
  // Imported when they are wanted: one takes vitest along, the other all checks.
  const interrupted =
    folder === undefined
      ? await (await import('../mutate/mutate-rendered.ts')).mutateRendered(paths, scenariosOf(words), options)
      : await (await import('../mutate/mutate-adopted.ts')).mutateAdopted(await sourceIn(folder, words), options)
  // vitest has its own: a test failed, which is what a mutant is for.
  process.exitCode = interrupted ?? code
}

/** Before anything starts: what cannot be written is noticed at the very end otherwise. */
function checkPage(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw mutateError(`--html is the file to write, and ${path} is a folder`, 'Name a file, such as mutants.html.')
  }
  makeReportFolder(dirname(resolve(path)), '--html')
}

/** What makes a folder one of a configuration, and not of scenarios: the folder of a server, or its main file. */
const OF_A_CONFIGURATION = [
  ...['postfix', 'dovecot', 'exim4', 'mail', 'smtpd.conf'].flatMap((name) => [name, join('etc', name)]),
  ...['main.cf', 'dovecot.conf', 'exim4.conf', 'update-exim4.conf.conf', 'sendmail.mc', 'sendmail.cf'],
]

/** @throws {InputError} MUTATE_OPTIONS where a configuration is not the only thing that was named */
function configurationAmong(paths: readonly string[]): string | undefined {
  const folder = paths.find((path) => OF_A_CONFIGURATION.some((name) => existsSync(join(path, name))))
  if (folder === undefined || paths.length === 1) return folder
  throw mutateError(
    `${folder} is a configuration, and ${soMany(paths.length - 1, 'more path')} ${paths.length === 2 ? 'was' : 'were'} named`,
    'Name it alone.',
  )
}

/** @throws {InputError} MUTATE_OPTIONS for an option that belongs to a folder alone */
function scenariosOf(words: MutateWords): Platform {
  for (const option of ['since', 'settings'] as const) {
    if (words[option] === undefined) continue
    throw mutateError(
      `--${option} belongs to a folder with a configuration, and none was named`,
      'Name a folder laid out as /etc, or leave the option out.',
    )
  }
  return oneTarget(words)
}

/** @throws {InputError} MUTATE_OPTIONS for an option that belongs to scenarios alone */
async function sourceIn(folder: string, words: MutateWords): Promise<MutateSource> {
  for (const option of ['mta', 'store'] as const) {
    if (words[option] === undefined) continue
    throw mutateError(
      `--${option} belongs to scenarios: the configuration in ${folder} says it`,
      'Leave the option out.',
    )
  }
  const { since, settings, release } = words
  const given = { ...(settings === undefined ? {} : { settings }), ...(release === undefined ? {} : { release }) }
  const declared = await declaredBy(given)
  const tree = await readSource({ source: folder }, process.stdin)
  const adopted = adopt(tree, declared, { seed: await seedOf(given, declared) })
  const [first, ...others] = chosenReleases(given, adopted)
  if (first === undefined || others.length > 0) {
    throw mutateError('mutants are tried on one release, and several were named', 'Name one with --release.')
  }
  const changed = since === undefined ? undefined : await changedLines(folder, since)
  return { adopted, release: first, ...(changed ? { changed } : {}) }
}

function oneTarget({ mta = 'postfix', release = 'bookworm', store }: MutateWords) {
  const [target, ...others] = chooseTargets({ mta, release, store })
  if (target && others.length === 0) return target
  throw mutateError(
    'mutants are of one server on one release, and several were named',
    'Name one with --mta and one with --release.',
  )
}

/** @returns the exit code */
async function tellOf(document: MutationDocument, words: MutateWords, threshold: number | undefined): Promise<number> {
  if (words.html !== undefined) await writeFile(words.html, await mutationPage(document))
  const { red, dim } = coloursFor({ stream: process.stdout, env: process.env })
  process.stdout.write(
    words.json ? `${JSON.stringify(document, null, 2)}\n` : mutationTable(document, { survived: red, faint: dim }),
  )
  const { percent } = document.score
  if (threshold === undefined || (percent ?? 100) >= threshold) return EXIT.ok
  process.stderr.write(`the score is ${percent} %, and --threshold asks for ${threshold} %\n`)
  return EXIT.failed
}
