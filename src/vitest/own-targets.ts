import { resolve } from 'node:path'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { MatrixCell } from '../report/provided-context.ts'
import { releaseNamed } from '../servers/registry.ts'

/** A server whose configuration is yours. Paths are absolute, or from the working directory. */
export interface OwnTarget {
  /** A folder laid out as /etc. */
  etc: string
  /** A mailrig.yaml with what the configuration does not tell, such as an account with its password. */
  settings?: string
  /** Default: as for the others. */
  releases?: readonly string[]
}

const KEYS = ['etc', 'settings', 'releases']

/** The cells of targets that have configurations of the user's own. @throws {InputError} TARGET_OPTIONS */
export function ownCells(
  targets: Readonly<Record<string, string | OwnTarget>>,
  usual: readonly string[],
): MatrixCell[] {
  return Object.entries(targets).flatMap(([name, given]) => {
    const { etc, settings, releases = usual } = checked(name, given)
    const adopted = { etc: resolve(etc), ...(settings === undefined ? {} : { settings: resolve(settings) }) }
    return releases.map((release) => ({ mta: name, release: releaseNamed(release), adopted }))
  })
}

function checked(name: string, given: unknown): OwnTarget {
  const wrong = (message: string) =>
    new InputError(`targets of mailrigProjects: ${message}`, {
      code: 'TARGET_OPTIONS',
      remedy: "Write targets: { production: './etc' }, or { production: { etc: './etc', settings: 'mailrig.yaml' } }.",
    })
  if (!/^[a-z][\w-]*$/i.test(name)) throw wrong(`${JSON.stringify(name)} cannot be the name of a target`)
  const target = typeof given === 'string' ? { etc: given } : given
  if (typeof target !== 'object' || target === null) throw wrong(`${name} is ${JSON.stringify(given)}, no folder`)
  for (const key of Object.keys(target)) {
    if (!KEYS.includes(key)) throw wrong(`${name} has no option ${JSON.stringify(key)}; ${oneOfThese(key, KEYS)}`)
  }
  const { etc, settings, releases } = target as Record<string, unknown>
  if (typeof etc !== 'string' || etc === '') throw wrong(`${name}.etc is ${JSON.stringify(etc)}, no folder`)
  if (settings !== undefined && (typeof settings !== 'string' || settings === '')) {
    throw wrong(`${name}.settings is ${JSON.stringify(settings)}, no file`)
  }
  if (releases !== undefined && !(Array.isArray(releases) && releases.every((one) => typeof one === 'string'))) {
    throw wrong(`${name}.releases is ${JSON.stringify(releases)}, no list of names`)
  }
  return target as OwnTarget
}
