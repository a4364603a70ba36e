import { MTA_NAMES, mtaNamed, releaseNamed } from '../servers/registry.ts'
import { DEFAULT_RELEASES } from '../servers/release.ts'
import type { Platform } from '../targets/platform.ts'

/**
 * What `--mta a,b` and `--release x,y` choose. `all` and nothing mean the default matrix: other releases, and servers on
 * trial, have to be named.
 *
 * @throws {InputError} for a name that does not exist.
 */
export function chooseTargets(options: { mta?: string | undefined; release?: string | undefined }): Platform[] {
  const mtas = names(options.mta, MTA_NAMES).map(mtaNamed)
  const releases = names(options.release, DEFAULT_RELEASES).map(releaseNamed)
  return mtas.flatMap((mta) => releases.map((release) => ({ mta, release })))
}

function names(list: string | undefined, all: readonly string[]): readonly string[] {
  return list === undefined || list === 'all' ? all : list.split(',').map((name) => name.trim())
}
