import { MTA_NAMES, mtaNamed, releaseNamed } from '../servers/registry.ts'
import { DEFAULT_RELEASES, RELEASES } from '../servers/release.ts'
import type { Platform } from '../targets/platform.ts'

/**
 * What `--mta a,b` and `--release x,y` choose; `all` means all. Nothing means every MTA, and the releases of the default
 * matrix.
 *
 * @throws {InputError} for a name that does not exist.
 */
export function chooseTargets(options: { mta?: string | undefined; release?: string | undefined }): Platform[] {
  const mtas = names(options.mta, MTA_NAMES, MTA_NAMES).map(mtaNamed)
  const releases = names(options.release, RELEASES, DEFAULT_RELEASES).map(releaseNamed)
  return mtas.flatMap((mta) => releases.map((release) => ({ mta, release })))
}

function names(list: string | undefined, all: readonly string[], usual: readonly string[]): readonly string[] {
  if (list === undefined) return usual
  return list === 'all' ? all : list.split(',').map((name) => name.trim())
}
