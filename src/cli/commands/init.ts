import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { outColours as pc } from '../../errors/colours.ts'
import { withDocumentPaths } from '../../errors/document-paths.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { MTA_NAMES } from '../../servers/registry.ts'
import { DEFAULT_RELEASES } from '../../servers/release.ts'
import { chooseTargets } from '../choose.ts'
import type { PackageManager } from '../init/package-manager.ts'
import { type Project, readProject } from '../init/project.ts'
import { CI_SERVICES, type CiService, type StarterFile, starterFiles } from '../init/starter.ts'
import type { Matrix } from '../init/vitest-config.ts'
import { type Outcome, writeStarterFile } from '../init/write-starter.ts'

interface InitOptions {
  typescript?: boolean
  javascript?: boolean
  packageManager?: PackageManager
  ci: string
  shards: string
  mta: string
  release?: string
  json?: boolean
}

/** What `init` did, as `--json` prints it. Paths are from the project's folder. */
interface InitDocument {
  files: { path: string; outcome: Outcome; note?: string }[]
  /** Commands to run next, in this order. */
  next: string[]
  notes: string[]
}

/** Writes a starter into a project: what is not there yet, and nothing over what is. Asks no question. */
export async function init(folder: string, options: InitOptions): Promise<void> {
  const matrix = chooseMatrix(options)
  const ci = chooseCi(options.ci)
  const shards = chooseShards(options.shards)
  const typescript = options.typescript ?? (options.javascript ? false : undefined)
  const project = await readProject(resolve(folder), { typescript, packageManager: options.packageManager })
  const { repository } = project
  const files: InitDocument['files'] = []
  for (const file of starterFiles(project, { matrix, ci: repository === undefined ? ci : [], shards })) {
    const outcome = await writeStarterFile(project.folder, file)
    const note = file.kind === 'line' ? `the line ${file.text}` : outcome === 'left' && (await lackOf(project, file))
    files.push({ path: file.path, outcome, ...(note ? { note } : {}) })
  }
  const notes =
    repository === undefined || ci.length === 0
      ? []
      : [withDocumentPaths(`No file for CI is written: it belongs in ${repository}. docs/ci.md has one to copy.`)]
  const document = { files, next: nextCommands(project), notes }
  process.stdout.write(`${options.json ? JSON.stringify(document, null, 2) : describe(document)}\n`)
}

function chooseMatrix(options: InitOptions): Matrix {
  const targets = chooseTargets(options)
  const mtas = [...new Set(targets.map(({ mta }) => mta.name))]
  const releases = [...new Set(targets.map(({ release }) => release))]
  return {
    mtas: mtas.length === MTA_NAMES.length ? undefined : mtas,
    releases: releases.join() === DEFAULT_RELEASES.join() ? undefined : releases,
  }
}

/** @throws {InputError} for a service that is none. */
function chooseCi(text: string): CiService[] {
  if (text === 'none') return []
  if (text === 'all') return [...CI_SERVICES]
  return text.split(',').map((name) => {
    const service = CI_SERVICES.find((candidate) => candidate === name.trim())
    if (service) return service
    throw new InputError(`there is no CI service ${JSON.stringify(name)}`, {
      code: 'UNKNOWN_CI',
      remedy: `Choose ${CI_SERVICES.join(', ')}, all or none.`,
    })
  })
}

/** More than 256 jobs of one matrix GitHub does not start, and more than 200 of `parallel` GitLab does not. */
const MOST_SHARDS = 200

/** @throws {InputError} SHARD_OPTION */
function chooseShards(text: string): number {
  const shards = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (shards >= 1 && shards <= MOST_SHARDS) return shards
  throw new InputError(`--shards is ${JSON.stringify(text)}; expected is a number from 1 to ${MOST_SHARDS}`, {
    code: 'SHARD_OPTION',
    remedy: 'Give the number of jobs into which CI is to split the tests.',
  })
}

/** What to add to a file that stays as it is, if anything. */
async function lackOf({ folder }: Project, { path, lacks }: StarterFile): Promise<string | undefined> {
  if (!lacks || (await readFile(join(folder, path), 'utf8')).includes(lacks.unless)) return undefined
  return `add to it:\n${lacks.add.trimEnd().replaceAll(/^/gm, '  ')}`
}

function nextCommands({ missing, packageManager }: Project): string[] {
  return [
    ...(missing.length > 0 ? [`${packageManager.add} ${missing.join(' ')}`] : []),
    `${packageManager.run} vitest run`,
  ]
}

const WORDS: Record<Outcome, string> = { written: 'wrote', unchanged: 'unchanged', left: 'left alone' }

function describe({ files, next, notes }: InitDocument): string {
  const paint: Record<Outcome, (text: string) => string> = { written: pc.green, unchanged: pc.dim, left: pc.yellow }
  return [
    ...files.map(
      ({ path, outcome, note }) => `${paint[outcome](WORDS[outcome].padEnd(12))}${path}${note ? `: ${note}` : ''}`,
    ),
    ...notes,
    '',
    'Next:',
    ...next.map((command) => `  ${pc.bold(command)}`),
    'The first run builds the images of the servers. That takes some minutes; later runs find them there.',
  ].join('\n')
}
