import { writeFile } from 'node:fs/promises'
import { terminalProgress } from '../../engine/progress.ts'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import { type Adopted, adopt } from '../../targets/adopted/adopted.ts'
import { readSource } from '../../targets/adopted/read-source.ts'
import { settingsText } from '../../targets/adopted/write-settings.ts'
import {
  type CheckOptions,
  chosenReleases,
  declaredBy,
  foldersOf,
  overlaysLeftOut,
  SETTINGS,
  seedOf,
} from './check-choices.ts'
import { type CheckedRelease, checkOnReleases } from './check-on-releases.ts'
import { describeChecks, describeDerived, describeVerdicts } from './check-output.ts'

/** Puts a configuration under test, on each release, and says what became of it. */
export async function check(source: string | undefined, options: CheckOptions): Promise<void> {
  const without = overlaysLeftOut(options)
  const folders = foldersOf(options)
  if (source === undefined && Object.keys(folders).length === 0) {
    throw new InputError('nothing was given to check', {
      code: 'SOURCE_MISSING',
      remedy: 'Name a folder that is laid out as /etc, or `-` for an archive on standard input.',
    })
  }
  const declared = options.init ? {} : await declaredBy(options)
  const tree = await readSource({ ...(source === undefined ? {} : { source }), folders }, process.stdin)
  const adopted = adopt(tree, declared, await seedOf(options, declared))
  const releases = chosenReleases(options, adopted)
  if (options.init) return writeSettings(adopted, options.settings ?? SETTINGS)

  if (!options.json) process.stdout.write(adopted.mask(describeDerived(adopted, releases)))
  const checked = await checkOnReleases(adopted, { releases, without, progress: terminalProgress() }).catch(
    (error: unknown) => {
      // What a server says may have a secret in it.
      if (error instanceof Error) error.message = adopted.mask(error.message)
      throw error
    },
  )
  const text = options.json ? documentText(adopted, checked) : describe(checked)
  process.stdout.write(adopted.mask(text))
  if (checked.some(isFaulty)) process.exitCode = EXIT.failed
}

function describe(checked: readonly CheckedRelease[]): string {
  const results = new Map(checked.map(({ verdict, checks }) => [verdict.release, checks]))
  return describeVerdicts(checked.map(({ verdict }) => verdict)) + describeChecks(results)
}

function isFaulty({ verdict, checks }: CheckedRelease): boolean {
  return !verdict.starts || checks.some((one) => one.verdict === 'fault' && one.severity === 'fault')
}

/** What `--json` prints. */
function documentText(
  { survey, name, release, packages, accounts }: Adopted,
  checked: readonly CheckedRelease[],
): string {
  const document = {
    source: survey.tree.label,
    derived: {
      mta: survey.mta?.name ?? null,
      dovecot: survey.dovecot !== undefined,
      host: name,
      release,
      packages,
      accounts,
      leftOut: survey.tree.left,
    },
    releases: checked.map(({ verdict, checks }) => ({ ...verdict, checks })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** @throws {InputError} FILE_EXISTS: it never changes a file that is there. */
async function writeSettings(adopted: Adopted, path: string): Promise<void> {
  await writeFile(path, settingsText(adopted), { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    throw new InputError(`${path} is there already`, {
      code: 'FILE_EXISTS',
      remedy: 'Move it away, or name another file with --settings.',
      cause,
    })
  })
  process.stdout.write(`wrote ${path}\n`)
}
