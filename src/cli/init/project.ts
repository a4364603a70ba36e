import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../../errors/mailrig-error.ts'
import { configFileIn } from '../config-files.ts'
import {
  commandsOf,
  detectPackageManager,
  type PackageManager,
  type PackageManagerCommands,
} from './package-manager.ts'

/** What `mailrig init` finds in a folder. */
export interface Project {
  /** Absolute path. */
  folder: string
  /** Extension of its own source files: a CommonJS package has its ES modules as .mjs or .mts. */
  extension: 'js' | 'mjs' | 'ts' | 'mts'
  packageManager: PackageManagerCommands
  /** Name of the configuration vitest finds here already. */
  config: string | undefined
  /** It runs tests of its own by vitest, without a configuration. */
  hasUnitTests: boolean
  /** Packages the starter needs that are not installed. */
  missing: string[]
  /** The folder of the repository, where that is another: CI reads its files there. */
  repository: string | undefined
}

interface PackageFile {
  type?: string
  packageManager?: string
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/**
 * Looks at a folder with a package.json.
 *
 * @param choices what the user has chosen instead of what is found
 * @throws {InputError} when there is no package.json, or it is not JSON.
 */
export async function readProject(
  folder: string,
  choices: { typescript?: boolean | undefined; packageManager?: PackageManager | undefined } = {},
): Promise<Project> {
  const { type, packageManager: declared, scripts = {}, ...found } = await readPackageFile(folder)
  const dependencies = { ...found.dependencies, ...found.devDependencies }
  const typescript = choices.typescript ?? (existsSync(join(folder, 'tsconfig.json')) || 'typescript' in dependencies)
  const name = choices.packageManager ?? detectPackageManager(folder, declared)
  const repository = repositoryOf(folder)
  const runsVitest = Object.values(scripts).some((script) => /\bvitest\b/.test(script))
  return {
    folder,
    extension: `${type === 'module' ? '' : 'm'}${typescript ? 'ts' : 'js'}`,
    packageManager: commandsOf(name, { modern: isModernYarn(folder, declared), pinned: declared !== undefined }),
    config: configFileIn(folder),
    hasUnitTests: runsVitest && (await hasTests(folder)),
    // Vitest wants vite beside it; yarn alone does not install what a package wants that way.
    missing: ['mailrig', 'vitest', ...(name === 'yarn' ? ['vite'] : [])].filter(
      (dependency) => !(dependency in dependencies),
    ),
    repository: repository === folder ? undefined : repository,
  }
}

async function readPackageFile(folder: string): Promise<PackageFile> {
  const path = join(folder, 'package.json')
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PackageFile
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new InputError(missing ? `there is no package.json in ${folder}` : `${path}: ${(cause as Error).message}`, {
      code: 'NO_PACKAGE',
      remedy: missing
        ? 'Make one: `npm init -y && npm install --save-dev mailrig vitest`. Then run `npx mailrig init` again.'
        : 'Correct the file, then run the command again.',
      cause,
    })
  }
}

function isModernYarn(folder: string, declared: string | undefined): boolean {
  const [, major] = /^yarn@(\d+)/.exec(declared ?? '') ?? []
  return major === undefined ? existsSync(join(folder, '.yarnrc.yml')) : Number(major) >= 2
}

/** The nearest folder with `.git`, which is a file in a worktree. */
function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : repositoryOf(parent)
}

/** Whether vitest would find a test here that is no scenario. */
async function hasTests(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
      if (await hasTests(join(folder, entry.name))) return true
    } else if (/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(entry.name)) return true
  }
  return false
}
