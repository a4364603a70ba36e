import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn'] as const
export type PackageManager = (typeof PACKAGE_MANAGERS)[number]

/** Which package manager a project uses, and what its commands are. */
export interface PackageManagerCommands {
  name: PackageManager
  /** The file that pins versions. */
  lockfile: string
  /** Installs what the lockfile says, in CI. */
  install: string
  /** Adds packages for development: `npm install --save-dev`. */
  add: string
  /** Runs a program of an installed package: `npx`. */
  run: string
  /** package.json says which version of it. */
  pinned: boolean
}

const LOCKFILES: readonly [file: string, name: PackageManager][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]

/**
 * The package manager of a project: by `packageManager` of its package.json, by a lockfile in its folder or above, as in a
 * workspace, by who runs this command, else npm.
 *
 * @param folder absolute path
 * @param declared `packageManager` of package.json, e.g. `pnpm@9.1.0`
 * @param userAgent npm_config_user_agent, as all three set it: `pnpm/9.1.0 npm/? node/v24.0.0 linux x64`
 */
export function detectPackageManager(
  folder: string,
  declared: string | undefined,
  userAgent = process.env.npm_config_user_agent,
): PackageManager {
  return named(declared?.split('@')[0]) ?? byLockfile(folder) ?? named(userAgent?.split('/')[0]) ?? 'npm'
}

function named(name: string | undefined): PackageManager | undefined {
  return PACKAGE_MANAGERS.find((candidate) => candidate === name)
}

function byLockfile(folder: string): PackageManager | undefined {
  for (const [file, name] of LOCKFILES) if (existsSync(join(folder, file))) return name
  const parent = dirname(folder)
  return parent === folder ? undefined : byLockfile(parent)
}

/** @param options `modern`: yarn 2 or later, which knows `--immutable`; `pinned`: package.json says which version */
export function commandsOf(
  name: PackageManager,
  { modern = false, pinned = false }: { modern?: boolean; pinned?: boolean } = {},
): PackageManagerCommands {
  switch (name) {
    case 'npm':
      return {
        name,
        pinned,
        lockfile: 'package-lock.json',
        install: 'npm ci',
        add: 'npm install --save-dev',
        run: 'npx',
      }
    case 'pnpm':
      return {
        name,
        pinned,
        lockfile: 'pnpm-lock.yaml',
        install: 'pnpm install --frozen-lockfile',
        add: 'pnpm add --save-dev',
        run: 'pnpm exec',
      }
    case 'yarn':
      return {
        name,
        pinned,
        lockfile: 'yarn.lock',
        install: `yarn install ${modern ? '--immutable' : '--frozen-lockfile'}`,
        add: 'yarn add --dev',
        run: 'yarn',
      }
  }
}
