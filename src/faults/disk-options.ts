import { oneOfThese } from '../errors/did-you-mean.ts'
import type { DisksWanted, Role } from '../surroundings/surroundings.ts'
import { faultOptionsError } from './fault-options-error.ts'

/** The disks of a rig with faults. */
export interface DiskOptions {
  /** Whose queue or mail is on a disk of its own: the MTA's, the store's, or both. Default `mta`. */
  of?: Role | 'both'
  /**
   * `ignored`: a sync does nothing and says that all went well, as on a disk that lies. The control: a server on such a
   * machine must lose, or the method proves nothing. Nor does its journal commit by itself while the rig is up. Default
   * `kept`.
   */
  sync?: 'kept' | 'ignored'
  /** Size of each disk in MiB, from 16 to 4096. It takes memory for what is written. Default 128. */
  mebibytes?: number
}

const KEYS = ['of', 'sync', 'mebibytes']
const SERVERS = ['mta', 'store', 'both'] as const
const SYNCS = ['kept', 'ignored'] as const
const USUAL_MEBIBYTES = 128
const [LEAST_MEBIBYTES, MOST_MEBIBYTES] = [16, 4096]

/** @throws {InputError} FAULT_OPTIONS naming what is wrong and what is allowed */
export function disksWanted(given: unknown): DisksWanted {
  const options = given === true ? {} : given
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw faultOptionsError(`disk is true, or options such as { of: 'mta' }, not ${JSON.stringify(given)}`)
  }
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key))
      throw faultOptionsError(`disk: there is no option ${JSON.stringify(key)}; ${oneOfThese(key, KEYS)}`)
  }
  const { of = 'mta', sync = 'kept', mebibytes = USUAL_MEBIBYTES } = options as DiskOptions
  if (!SERVERS.includes(of)) throw wrong('of', SERVERS, of)
  if (!SYNCS.includes(sync)) throw wrong('sync', SYNCS, sync)
  if (!Number.isInteger(mebibytes) || mebibytes < LEAST_MEBIBYTES || mebibytes > MOST_MEBIBYTES) {
    throw faultOptionsError(
      `disk: mebibytes is a whole number from ${LEAST_MEBIBYTES} to ${MOST_MEBIBYTES}, not ${JSON.stringify(mebibytes)}`,
    )
  }
  return { of: of === 'both' ? ['mta', 'store'] : [of], sync, mebibytes }
}

function wrong(key: string, takes: readonly string[], given: unknown) {
  const list = takes.map((one) => JSON.stringify(one)).join(', ')
  return faultOptionsError(`disk: ${key} is one of ${list}, not ${JSON.stringify(given)}`)
}
