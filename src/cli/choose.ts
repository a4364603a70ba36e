import { DEFAULT_STORE, MTA_NAMES, mtaNamed, releaseNamed, STORE_NAMES, storeNamed } from '../servers/registry.ts'
import { DEFAULT_RELEASES } from '../servers/release.ts'
import type { Platform } from '../targets/platform.ts'

/**
 * What `--mta a,b`, `--release x,y` and `--store z` choose. `all` and nothing mean the default matrix: other releases, and
 * servers on trial, have to be named. Without `--store` it is Dovecot.
 *
 * @throws {InputError} for a name that does not exist.
 */
export function chooseTargets(options: {
  mta?: string | undefined
  release?: string | undefined
  store?: string | undefined
}): Platform[] {
  const mtas = names(options.mta, MTA_NAMES).map(mtaNamed)
  const releases = names(options.release, DEFAULT_RELEASES).map(releaseNamed)
  const stores = names(options.store ?? DEFAULT_STORE.name, STORE_NAMES).map(storeNamed)
  return mtas.flatMap((mta) => releases.flatMap((release) => stores.map((store) => ({ mta, release, store }))))
}

function names(list: string | undefined, all: readonly string[]): readonly string[] {
  return list === undefined || list === 'all' ? all : list.split(',').map((name) => name.trim())
}
