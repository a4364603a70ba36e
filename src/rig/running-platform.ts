import { mtaNamed, releaseNamed } from '../servers/registry.ts'
import type { Platform } from '../targets/platform.ts'
import type { Rig } from './rig.ts'

/**
 * What software runs in a rig, where nobody could tell before.
 *
 * @throws {InputError} for an MTA that is none of the list
 */
export function runningPlatform({ mta }: Pick<Rig, 'mta'>): Platform {
  return { mta: mtaNamed(mta.name), release: releaseNamed(mta.release) }
}
