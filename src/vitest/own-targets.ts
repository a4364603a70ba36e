import { resolve } from 'node:path'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import type { MatrixCell, OwnConfiguration } from '../report/provided-context.ts'
import { releaseNamed } from '../servers/registry.ts'

/** A server that is yours. Paths are absolute, or from the working directory. */
export type OwnTarget = OwnFolder | OwnImage | OwnService

/** A configuration, run on Debian's servers. */
export interface OwnFolder {
  /** A folder laid out as /etc. */
  etc: string
  /** A mailrig.yaml with what the configuration does not tell, such as an account with its password. */
  settings?: string
  /** Default: as for the others. */
  releases?: readonly string[]
}

/** A container image of a mail server, run as it is: the project `<name>@image`. */
export interface OwnImage {
  /** Its name; it is in the engine already. */
  image: string
  /** A mailrig.yaml, as for a folder. */
  settings?: string
}

/** A service of a compose file, run as it is with what it depends on: the project `<name>@compose`. */
export interface OwnService {
  /** The compose file. Files that it mounts are copied. */
  compose: string
  /** The service that serves mail. Default: the only one there is. */
  service?: string
  /** A mailrig.yaml, as for a folder. */
  settings?: string
}

/** What says which kind it is, with the further options of that kind. */
const KINDS: Readonly<Record<'etc' | 'image' | 'compose', readonly string[]>> = {
  etc: ['settings', 'releases'],
  image: ['settings'],
  compose: ['service', 'settings'],
}
type Kind = keyof typeof KINDS

/** What each option is, for errors. */
const WHAT: Readonly<Record<string, string>> = {
  etc: 'folder',
  image: 'image',
  compose: 'file',
  service: 'service',
  settings: 'file',
}

/** The cells of targets that are the user's own. @throws {InputError} TARGET_OPTIONS */
export function ownCells(
  targets: Readonly<Record<string, string | OwnTarget>>,
  usual: readonly string[],
): MatrixCell[] {
  return Object.entries(targets).flatMap(([name, given]) => {
    const target = checked(name, given)
    const adopted = configurationOf(target)
    if (!('etc' in target)) return [{ mta: name, release: 'image' in target ? 'image' : 'compose', adopted }]
    return (target.releases ?? usual).map((release) => ({ mta: name, release: releaseNamed(release), adopted }))
  })
}

function configurationOf(target: OwnTarget): OwnConfiguration {
  const settings = target.settings === undefined ? {} : { settings: resolve(target.settings) }
  if ('etc' in target) return { etc: resolve(target.etc), ...settings }
  if ('image' in target) return { image: target.image, ...settings }
  const service = target.service === undefined ? {} : { service: target.service }
  return { compose: resolve(target.compose), ...service, ...settings }
}

function checked(name: string, given: unknown): OwnTarget {
  const wrong = (message: string) =>
    new InputError(`targets of mailrigProjects: ${message}`, {
      code: 'TARGET_OPTIONS',
      remedy:
        "Write targets: { production: './etc' }, or { production: { etc: './etc', settings: 'mailrig.yaml' } }, { image: 'mail:1.2' }, { compose: 'compose.yaml', service: 'mail' }.",
    })
  if (!/^[a-z][\w-]*$/i.test(name)) throw wrong(`${JSON.stringify(name)} cannot be the name of a target`)
  const target = typeof given === 'string' ? { etc: given } : given
  if (typeof target !== 'object' || target === null) {
    throw wrong(`${name} is ${JSON.stringify(given)}, no folder, image or compose file`)
  }
  const options = target as Record<string, unknown>
  const kind = kindOf(name, options, wrong)
  const keys = [kind, ...KINDS[kind]]
  for (const key of Object.keys(options)) {
    if (!keys.includes(key)) throw wrong(`${name} has no option ${JSON.stringify(key)}; ${oneOfThese(key, keys)}`)
  }
  for (const [key, what] of Object.entries(WHAT)) {
    const value = options[key]
    if (value === undefined && key !== kind) continue
    if (typeof value !== 'string' || value === '') throw wrong(`${name}.${key} is ${JSON.stringify(value)}, no ${what}`)
  }
  const { releases } = options
  if (releases !== undefined && !(Array.isArray(releases) && releases.every((one) => typeof one === 'string'))) {
    throw wrong(`${name}.releases is ${JSON.stringify(releases)}, no list of names`)
  }
  return target as OwnTarget
}

function kindOf(name: string, options: Record<string, unknown>, wrong: (message: string) => InputError): Kind {
  const kinds = Object.keys(KINDS) as Kind[]
  const [kind, other] = kinds.filter((one) => one in options)
  if (other !== undefined) throw wrong(`${name} has \`${kind}\` and \`${other}\`: it is one of them`)
  if (kind !== undefined) return kind
  const known = [...kinds, 'settings', 'releases', 'service']
  const misspelt = Object.keys(options).find((key) => !known.includes(key))
  throw wrong(
    misspelt === undefined
      ? `${name} says neither \`etc\` nor \`image\` nor \`compose\``
      : `${name} has no option ${JSON.stringify(misspelt)}; ${oneOfThese(misspelt, known)}`,
  )
}
