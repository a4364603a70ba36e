import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Vitest } from 'vitest/node'
import { checkEngines, ENGINES_VARIABLE, WORKERS_PER_ENGINE } from '../../engine/engine-pool.ts'
import { oneOfThese } from '../../errors/did-you-mean.ts'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import { OWN_TARGETS, targetProject } from '../../report/project-name.ts'
import type { MatrixCell } from '../../report/provided-context.ts'
import MailrigReporter from '../../report/reporter.ts'
import { DURATIONS_VARIABLE, readDurations } from '../../shards/durations.ts'
import { parseShard, type Shard, shardName } from '../../shards/shard.ts'
import { platformName } from '../../targets/platform.ts'
import { RELEASES_VARIABLE, STORES_VARIABLE } from '../../vitest/config.ts'
import { MailrigSequencer } from '../../vitest/sequencer.ts'
import { cancelOnSignal } from '../cancel-on-signal.ts'
import { chooseTargets } from '../choose.ts'
import { configuredCells } from '../configured-cells.ts'
import { makeReportFolder } from '../report-folder.ts'
import { isConfigured, scenarioRoot } from '../scenario-root.ts'
import { noScenarios, noSuchPath, notConfigured, scenarioVitest } from '../scenario-vitest.ts'

interface RunOptions {
  mta?: string
  release?: string
  store?: string
  /** Names of targets with configurations of the user's own. */
  target?: string
  name?: string
  json?: boolean
  /** A folder; from the working directory. */
  report?: string
  /** `2/4`, or `auto`. */
  shard?: string
  /** A file; from the working directory. */
  durations?: string
  /** Addresses of engines, as in DOCKER_HOST. */
  engine?: string[]
}

/**
 * Runs scenarios through vitest: with the project's own configuration where it has one, else with mailrig's. A document
 * or a report is mailrig's own matter, whatever reporters the configuration has.
 */
export async function run(paths: string[], options: RunOptions): Promise<void> {
  const targets = chooseTargets(options)
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  const engines = options.engine ?? []
  checkEngines(engines)
  if (engines.length > 0) process.env[ENGINES_VARIABLE] = engines.join(' ')
  if (options.durations !== undefined) await nameDurations(options.durations, shard)
  for (const path of paths) if (!existsSync(path)) throw noSuchPath(path)
  // A configuration that names no releases has the projects of these.
  process.env[RELEASES_VARIABLE] = [...new Set(targets.map(({ release }) => release))].join(',')
  process.env[STORES_VARIABLE] = [...new Set(targets.flatMap(({ store }) => store?.name ?? []))].join(',')
  const root = scenarioRoot(paths)
  const configured = isConfigured(root)
  if (options.report !== undefined) makeReportFolder(options.report)
  const folder = options.json ? await mkdtemp(join(tmpdir(), 'mailrig-')) : undefined
  const output = folder === undefined ? undefined : join(folder, 'run.json')
  const reporterOptions = options.report === undefined ? {} : { report: resolve(options.report) }
  try {
    const names = projectsOf(targets.map(platformName), options)
    const vitest = await scenarioVitest({
      root,
      names,
      config: {
        ...(options.name === undefined ? {} : { testNamePattern: options.name }),
        ...(output === undefined ? {} : { outputFile: { json: output } }),
        ...(engines.length === 0 ? {} : { maxWorkers: engines.length * WORKERS_PER_ENGINE }),
        ...(shard === undefined ? {} : { shard: shardName(shard), sequence: { sequencer: MailrigSequencer } }),
        ...(configured && output === undefined && reporterOptions.report === undefined
          ? {}
          : { reporters: [output === undefined ? 'default' : 'json', new MailrigReporter(reporterOptions)] }),
      },
      // What vitest has to say is for people; with --json, stdout belongs to the document.
      ...(output === undefined ? {} : { streams: { stdout: process.stderr } }),
    }).catch(async (error: unknown) => {
      const isMissing = error instanceof InputError && error.code === 'NOT_CONFIGURED'
      if (isMissing && options.target !== undefined) refuseAbsent(await configuredCells(root), options, root)
      throw error
    })
    try {
      if (options.target !== undefined) refuseUnseen(vitest, options, root)
      else if (configured) refuseMissing(vitest, names, root, options)
      const files = paths.map((path) => resolve(path))
      const interrupted = await cancelOnSignal(vitest, () => runAll(vitest, files, shard))
      if (interrupted !== undefined) process.exitCode = interrupted
    } finally {
      await vitest.close()
    }
    if (output !== undefined) process.stdout.write(`${(await readFile(output, 'utf8')).trimEnd()}\n`)
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Servers by name, or the user's own targets by name; where nobody names any, the default matrix and all of those. */
function projectsOf(names: readonly string[], { mta, release, store, target }: RunOptions): string[] {
  if (target === undefined) {
    return [mta, release, store].some((list) => list !== undefined) ? [...names] : [...names, OWN_TARGETS]
  }
  const releases = release === undefined || release === 'all' ? ['*'] : namesIn(release)
  const chosen = target === 'all' ? ['*'] : namesIn(target)
  return chosen.flatMap((name) => releases.map((one) => targetProject(name, one)))
}

function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim())
}

/** Each target that was named has to be there, on what was asked for: else the run is green for what it has not seen. */
function refuseUnseen(vitest: Vitest, options: RunOptions, root: string): void {
  const there = vitest.projects.flatMap(({ config }) => config.provide.mailrig ?? [])
  const others = there.flatMap(({ targets = [] }) => targets)
  refuseAbsent(
    there.filter(({ adopted }) => adopted !== undefined),
    options,
    root,
    others,
  )
}

/**
 * @param cells of targets that there are
 * @param declared names of more, of which there is no project
 * @throws {InputError} TARGET_UNKNOWN for one that the configuration does not have, NOT_CONFIGURED for one that is not run on
 *   the releases that were asked for
 */
function refuseAbsent(
  cells: readonly MatrixCell[],
  { target = '', release = 'all' }: RunOptions,
  root: string,
  declared: readonly string[] = [],
): void {
  if (target === 'all') return
  const names = [...new Set([...cells.map(({ mta }) => mta), ...declared])]
  for (const name of namesIn(target)) {
    if (!names.includes(name)) throw unknownTarget(name, names, root)
    const own = cells.filter(({ mta }) => mta === name)
    if (own.some((cell) => release === 'all' || namesIn(release).includes(cell.release))) continue
    const has = own.length === 0 ? '' : `; it is run on ${own.map((cell) => cell.release).join(', ')}`
    throw new InputError(`the vitest configuration in ${root} does not run the target ${name} on ${release}${has}`, {
      code: 'NOT_CONFIGURED',
      remedy: 'Leave --release out. An image and a service of a compose file run as they are, on no release of ours.',
    })
  }
}

function unknownTarget(name: string, there: readonly string[], root: string): InputError {
  const known = there.length === 0 ? 'it declares none' : oneOfThese(name, there)
  return new InputError(`the vitest configuration in ${root} has no target ${JSON.stringify(name)}; ${known}`, {
    code: 'TARGET_UNKNOWN',
    remedy: "Add it to mailrigProjects there: targets: { production: './etc' }.",
  })
}

/**
 * A project that was asked for by name has to be there: else the run is green for a server that it has not seen.
 *
 * @throws {InputError} NOT_CONFIGURED
 */
function refuseMissing(vitest: Vitest, names: readonly string[], root: string, options: RunOptions): void {
  const isNamed = (list: string | undefined) => list !== undefined && list !== 'all'
  if (![options.mta, options.release, options.store].some(isNamed)) return
  const there = new Set(vitest.projects.map(({ name }) => name))
  const missing = names.filter((name) => !there.has(name))
  // Where `--mta` alone is given, the configuration says on which releases.
  const isOther = (name: string) => names.some((other) => there.has(other) && sameMta(name, other))
  const left = isNamed(options.release) ? missing : missing.filter((name) => !isOther(name))
  if (left.length > 0) throw notConfigured(left, root)
}

function sameMta(name: string, other: string): boolean {
  return name.split('-', 1)[0] === other.split('-', 1)[0]
}

/** @throws {InputError} SHARD_OPTION without a shard, DURATIONS_FILE for a file that is none */
async function nameDurations(path: string, shard: Shard | undefined): Promise<void> {
  if (shard === undefined) {
    throw new InputError('--durations is about how to split a run, and --shard is not there', {
      code: 'SHARD_OPTION',
      remedy: 'Give --shard i/n, or leave --durations out.',
    })
  }
  process.env[DURATIONS_VARIABLE] = resolve(path)
  // Before anything is started.
  await readDurations(path)
}

async function runAll(vitest: Vitest, paths: string[], shard: Shard | undefined): Promise<void> {
  const found = await vitest.globTestSpecifications(paths)
  if (found.length === 0) throw noScenarios(paths)
  if (shard !== undefined && found.length < shard.count) {
    throw new InputError(
      `--shard ${shardName(shard)}: there are ${found.length} scenario files on all servers together`,
      {
        code: 'SHARD_OPTION',
        remedy: `Split the run into at most ${found.length} parts.`,
      },
    )
  }
  await vitest.start(paths)
  const failed = vitest.state.getCountOfFailedTests() > 0 || vitest.state.getUnhandledErrors().length > 0
  // A file whose rig did not start has failed, though none of its tests has run.
  const broken = vitest.state.getTestModules().some((module) => module.state() === 'failed')
  process.exitCode = failed || broken || process.exitCode ? EXIT.failed : EXIT.ok
}
