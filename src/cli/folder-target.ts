import { basename, resolve } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import type { Release } from '../servers/release.ts'
import { type AdoptedSource, type AdoptedTarget, adoptedTarget } from '../targets/adopted/target/adopted-target.ts'
import { chosenReleases } from './commands/check-choices.ts'

/** What `--target`, `--settings` and `--release` choose. */
export interface FolderTarget {
  source: AdoptedSource
  target: AdoptedTarget
  /** The folder's name, for tables. */
  label: string
  releases: Release[]
}

interface Options {
  target: string
  settings?: string | undefined
  release?: string | undefined
}

/**
 * Reads a configuration of the user's own. Without `release`, it is the one that its files tell.
 *
 * @throws {InputError} for a folder that holds none, a wrong settings file, a release that does not exist
 */
export async function folderTarget({ target: folder, settings, release }: Options): Promise<FolderTarget> {
  const source = { etc: resolve(folder), ...(settings === undefined ? {} : { settings: resolve(settings) }) }
  const target = await adoptedTarget(source)
  const releases = chosenReleases(release === undefined ? {} : { release }, target.adopted)
  return { source, target, label: basename(source.etc), releases }
}

/** @throws {InputError} OPTIONS_CONFLICT for what belongs to a server that mailrig renders. */
export function refuseBeside(options: object, others: readonly string[]): void {
  const other = others.find((name) => name in options)
  if (other === undefined) return
  throw new InputError(
    `--target is a server with its own configuration, and ${other} belongs to one that mailrig renders`,
    {
      code: 'OPTIONS_CONFLICT',
      remedy: 'Leave one of them out.',
    },
  )
}

/** @throws {InputError} OPTIONS_CONFLICT */
export function refuseSettingsAlone({ settings }: { settings?: string | undefined }): void {
  if (settings === undefined) return
  throw new InputError('--settings belongs to --target, and no target is named', {
    code: 'OPTIONS_CONFLICT',
    remedy: 'Add --target with the folder of your configuration.',
  })
}
