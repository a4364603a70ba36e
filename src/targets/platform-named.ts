import { mtaNamed, releaseNamed, storeNamed } from '../servers/registry.ts'
import type { Platform } from './platform.ts'

/** The names of a platform, as they go from process to process. */
export interface PlatformNames {
  mta: string
  release: string
  store?: string | undefined
}

/** @throws {InputError} naming what there is, for a name that does not exist. */
export function platformNamed({ mta, release, store }: PlatformNames): Platform {
  return {
    mta: mtaNamed(mta),
    release: releaseNamed(release),
    ...(store === undefined ? {} : { store: storeNamed(store) }),
  }
}
