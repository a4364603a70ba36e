import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Check, type CheckResult, loadChecks, runChecks } from '../../check/index.ts'
import { type Progress, terminalProgress } from '../../engine/progress.ts'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import { openRun, prepareEngine } from '../../rig/open-run.ts'
import { releaseNamed } from '../../servers/registry.ts'
import type { Release } from '../../servers/release.ts'
import { type Adopted, adopt } from '../../targets/adopted/adopted.ts'
import { type AdoptedHost, bootAdopted } from '../../targets/adopted/boot.ts'
import { ensureAdoptedImage } from '../../targets/adopted/image.ts'
import { ALWAYS, OVERLAY_KINDS, type OverlayKind } from '../../targets/adopted/overlay.ts'
import { readSource, SERVER_OPTIONS, type ServerOption } from '../../targets/adopted/read-source.ts'
import { type Declared, readDeclared } from '../../targets/adopted/settings-file.ts'
import { type StartVerdict, startVerdict } from '../../targets/adopted/start-verdict.ts'
import { adoptedSubject } from '../../targets/adopted/subject.ts'
import { settingsText } from '../../targets/adopted/write-settings.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'
import { describeChecks, describeDerived, describeVerdicts } from './check-output.ts'
import { type Checked, checkedOf } from './check-results.ts'

export interface CheckOptions {
  release?: string
  json?: boolean
  /** True where none was left out: commander's default of an option that begins with `no-`. */
  overlay?: string[] | true
  settings?: string
  seed?: string
  init?: boolean | string
  postfix?: string
  dovecot?: string
  exim?: string
  sendmail?: string
}

/** Puts a configuration under test, on each release, and says what became of it. */
export async function check(source: string | undefined, options: CheckOptions): Promise<void> {
  const without = overlaysLeftOut(Array.isArray(options.overlay) ? options.overlay : [])
  const folders = foldersOf(options)
  if (source === undefined && Object.keys(folders).length === 0) {
    throw new InputError('nothing was given to check', {
      code: 'SOURCE_MISSING',
      remedy: 'Name a folder that is laid out as /etc, or `-` for an archive on standard input.',
    })
  }
  const declared = options.init ? {} : await declaredBy(options.settings)
  const tree = await readSource({ ...(source === undefined ? {} : { source }), folders }, process.stdin)
  const adopted = adopt(tree, declared, await seedOf(options, declared))
  const releases = chosenReleases(options.release, adopted)
  if (options.init) return writeSettings(adopted, options.settings ?? SETTINGS)
  const progress = terminalProgress()
  if (!options.json) process.stdout.write(adopted.mask(describeDerived(adopted, releases)))

  const engine = await prepareEngine([], progress, { database: false })
  const packages = adopted.packages.map(({ name }) => name)
  const images = new Map<Release, string>()
  for (const release of releases) images.set(release, await ensureAdoptedImage(engine, { release, packages }, progress))
  const run = await openRun(engine, { recycle: 0 })
  const verdicts: StartVerdict[] = []
  const results = new Map<Release, Checked[]>()
  const checks = await loadChecks()
  await cleanUpOnSignal(
    async () => {
      const on = async (release: Release) => {
        const step = progress.step(`the configuration on Debian ${release}`)
        const image = images.get(release) ?? ''
        const host = await bootAdopted(run.world, adopted, {
          image,
          release,
          without,
          onStep: (text) => step.update(text),
        }).catch((error: unknown) => {
          step.fail()
          throw error
        })
        try {
          const verdict = await startVerdict(host)
          verdicts.push(verdict)
          step.done(verdict.starts ? 'starts' : 'does not start as written')
          if (host.facts.services.length > 0) {
            results.set(release, checkedOf(await runAll(host, checks, progress), adopted))
          }
        } finally {
          await host.stop()
        }
      }
      for (const release of releases) await on(release)
    },
    () => run.close(),
  )
  const document = {
    source: tree.label,
    derived: derivedDocument(adopted),
    releases: verdicts.map((verdict) => ({ ...verdict, checks: results.get(verdict.release) ?? [] })),
  }
  const text = options.json
    ? `${JSON.stringify(document, null, 2)}\n`
    : describeVerdicts(verdicts, { overlays: true }) + describeChecks(results)
  process.stdout.write(adopted.mask(text))
  const isFault = ({ verdict, severity }: Checked) => verdict === 'fault' && severity === 'fault'
  const failed = verdicts.some(({ starts }) => !starts) || [...results.values()].flat().some(isFault)
  if (failed) process.exitCode = EXIT.failed
}

/** The checklist on one host, with a word of where it is. */
async function runAll(host: AdoptedHost, checks: readonly Check[], progress: Progress): Promise<CheckResult[]> {
  const step = progress.step(`${checks.length} checks on Debian ${host.release}`)
  let done = 0
  const results = await runChecks(adoptedSubject(host), checks, {
    onResult: ({ check: { title } }) => {
      done += 1
      step.update(`${done} of ${checks.length}: ${title}`)
    },
  })
  step.done()
  return results
}

/** As `--settings` names it, else a mailrig.yaml of the working directory, where there is one. */
async function declaredBy(path: string | undefined): Promise<Declared> {
  if (path !== undefined) return readDeclared(path)
  return existsSync(SETTINGS) ? readDeclared(SETTINGS) : {}
}

const SETTINGS = 'mailrig.yaml'

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

/** What `--json` says of what was derived. */
function derivedDocument({ survey, name, release, packages, accounts }: Adopted) {
  return {
    mta: survey.mta?.name ?? null,
    dovecot: survey.dovecot !== undefined,
    host: name,
    release,
    packages,
    accounts,
    leftOut: survey.tree.left,
  }
}

/** @throws {InputError} SOURCE_MISSING where there is no such file. */
async function seedOf({ seed, settings }: CheckOptions, declared: Declared): Promise<string | undefined> {
  const path = seed ?? (declared.seed && join(dirname(settings ?? '.'), declared.seed))
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`there is no file ${path}`, {
      code: 'SOURCE_MISSING',
      remedy: 'Make one: mysqldump --all-databases, or the dump of the one database of mail.',
      cause,
    })
  })
}

function foldersOf(options: CheckOptions): Partial<Record<ServerOption, string>> {
  const names = Object.keys(SERVER_OPTIONS) as ServerOption[]
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))
}

function chosenReleases(list: string | undefined, { release, declared }: Adopted): Release[] {
  if (list !== undefined) return [...new Set(list.split(',').map((name) => releaseNamed(name.trim())))]
  return declared.release ?? [release.release]
}

/** @throws {InputError} UNKNOWN_OVERLAY for a kind that does not exist. */
function overlaysLeftOut(kinds: readonly string[]): Set<OverlayKind> {
  const unknown = kinds.find((kind) => !(kind in OVERLAY_KINDS))
  if (unknown !== undefined) {
    throw new InputError(`there is no overlay ${JSON.stringify(unknown)}`, {
      code: 'UNKNOWN_OVERLAY',
      remedy: `Name one of ${Object.keys(OVERLAY_KINDS).join(', ')}.`,
    })
  }
  const fixed = (kinds as OverlayKind[]).find((kind) => ALWAYS.has(kind))
  if (fixed !== undefined) {
    throw new InputError(`the overlay ${fixed} cannot be left out: ${OVERLAY_KINDS[fixed]}`, {
      code: 'UNKNOWN_OVERLAY',
      remedy: 'Leave this option out: a container has no other way to run servers.',
    })
  }
  return new Set(kinds as OverlayKind[])
}
