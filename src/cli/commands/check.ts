import { writeFile } from 'node:fs/promises'
import { terminalProgress } from '../../engine/progress.ts'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import { type Adopted, adopt } from '../../targets/adopted/adopted.ts'
import { maskError } from '../../targets/adopted/mask-error.ts'
import { readSource } from '../../targets/adopted/read-source.ts'
import { createMask } from '../../targets/adopted/secrets.ts'
import { secretsOf } from '../../targets/adopted/service/secrets-of.ts'
import { settingsText } from '../../targets/adopted/write-settings.ts'
import { makeReportFolder } from '../report-folder.ts'
import {
  type CheckOptions,
  chosenReleases,
  declaredBy,
  overlaysLeftOut,
  SETTINGS,
  seedOf,
  serviceOf,
  sourceOf,
} from './check-choices.ts'
import { documentOf } from './check-document.ts'
import type { CheckedRelease } from './check-host.ts'
import { checkOnReleases } from './check-on-releases.ts'
import { describeDerived, describeService, describeVerdicts } from './check-output.ts'
import { describeChecks } from './check-problems.ts'
import { writeCheckReport } from './check-report.ts'
import { checkService } from './check-service.ts'

/** Puts a configuration under test on each release, or a service as its image runs it, and says what became of it. */
export async function check(source: string | undefined, options: CheckOptions): Promise<void> {
  const service = await serviceOf(source, options)
  const declared = options.init ? {} : await declaredBy(options)
  if (options.report !== undefined) makeReportFolder(options.report)
  if (service) {
    const { adopted, checked } = await masked(createMask(secretsOf(service)), () =>
      checkService(service, { declared, progress: terminalProgress() }),
    )
    if (!options.json) process.stdout.write(adopted.mask(describeService(adopted, service)))
    return tell(adopted, [checked], options)
  }
  const without = overlaysLeftOut(options)
  const given = sourceOf(source, options)
  const adopted = adopt(await readSource(given, process.stdin), declared, { seed: await seedOf(options, declared) })
  const releases = chosenReleases(options, adopted)
  if (options.init) return writeSettings(adopted, options.settings ?? SETTINGS)

  if (!options.json) process.stdout.write(adopted.mask(describeDerived(adopted, releases)))
  const checked = await masked(adopted.mask, () =>
    checkOnReleases(adopted, { releases, without, progress: terminalProgress() }),
  )
  await tell(adopted, checked, options)
}

/** What a server says may have a secret in it, and stands in errors. */
async function masked<T>(mask: (text: string) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    maskError(error, mask)
    throw error
  }
}

async function tell(adopted: Adopted, checked: CheckedRelease[], options: CheckOptions): Promise<void> {
  const document = documentOf(adopted, checked)
  const text = options.json ? `${JSON.stringify(document, null, 2)}\n` : describe(checked)
  process.stdout.write(adopted.mask(text))
  if (options.report !== undefined) await writeCheckReport(options.report, document, adopted.mask)
  if (options.sample) process.stderr.write(SAMPLE_END)
  else if (checked.some(isFaulty)) process.exitCode = EXIT.failed
}

const SAMPLE_END = `
This was the sample, samples/small-office/etc of mailrig: three faults were planted in it. Because it is a demonstration, it
ends with exit code 0. For your own server, name a copy of its /etc:

  mailrig check DIR     (in a checkout: npm start -- DIR)
  ssh mail.example.com tar c /etc/postfix /etc/dovecot /etc/aliases | mailrig check -
`

function describe(checked: readonly CheckedRelease[]): string {
  const results = new Map(checked.map(({ verdict, checks }) => [verdict.release, checks]))
  return describeVerdicts(checked.map(({ verdict }) => verdict)) + describeChecks(results)
}

function isFaulty({ verdict, checks }: CheckedRelease): boolean {
  return !verdict.starts || checks.some((one) => one.verdict === 'fault' && one.severity === 'fault')
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
