import { basename, resolve } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import { releaseNamed } from '../servers/registry.ts'
import type { AdoptedTarget } from '../targets/adopted/target/adopted-target.ts'
import { type AdoptedSource, readTarget } from '../targets/adopted/target/read-target.ts'
import { configuredTarget } from './configured-target.ts'

/** The options that choose a server of the user's own, and say more of it. */
export interface OwnChoice {
  /** A folder with a configuration, or the name of a target of the vitest configuration. */
  target?: string | undefined
  image?: string | undefined
  /** A compose file. */
  compose?: string | undefined
  /** Its service. */
  service?: string | undefined
  settings?: string | undefined
  release?: string | undefined
}

/** What they choose. */
export interface ChosenOwn {
  source: AdoptedSource
  target: AdoptedTarget
  /** A short name, for tables. */
  label: string
  /** Debian releases; `image` or `compose` of what runs as it is. */
  releases: readonly string[]
}

const SOURCES = ['target', 'image', 'compose'] as const

/**
 * Reads the server of the user's own that options choose. Without `release`, a folder's is the one that its files tell.
 *
 * @returns undefined where they choose none
 * @throws {InputError} OPTIONS_CONFLICT; for what cannot be read, a wrong settings file, a release that does not exist
 */
export async function ownTarget(options: OwnChoice): Promise<ChosenOwn | undefined> {
  const given = sourceOf(options)
  if (given === undefined) return undefined
  const { release, settings, target: name } = options
  const configured = name === undefined ? undefined : await configuredTarget(name)
  if (configured && settings !== undefined) {
    throw conflict(`the target ${name} has its settings in the vitest configuration, and --settings names others`)
  }
  const source = configured?.source ?? given
  if (!('etc' in source) && release !== undefined) {
    const option = configured ? 'target' : 'image' in source ? 'image' : 'compose'
    throw conflict(`--${option} is run as it is, and --release chooses Debian's servers`)
  }
  const target = await readTarget(source)
  const named = release?.split(',').map((one) => releaseNamed(one.trim()))
  return {
    source,
    target,
    label: configured ? (name ?? '') : labelOf(source),
    releases: named === undefined ? (configured?.releases ?? target.releases) : [...new Set(named)],
  }
}

/** @throws {InputError} OPTIONS_CONFLICT for what belongs to a server that mailrig renders. */
export function refuseBeside(options: OwnChoice, others: readonly string[]): void {
  const own = SOURCES.find((name) => options[name] !== undefined)
  const other = others.find((name) => name in options)
  if (own === undefined || other === undefined) return
  throw conflict(`--${own} is a server with its own configuration, and ${other} belongs to one that mailrig renders`)
}

function sourceOf(options: OwnChoice): AdoptedSource | undefined {
  const { target, image, compose, service, settings } = options
  const [first, second] = SOURCES.filter((name) => options[name] !== undefined)
  if (second !== undefined) throw conflict(`--${first} and --${second} are two servers, and one can be chosen`)
  if (service !== undefined && compose === undefined) {
    throw conflict('--service names a service of a compose file, and no file is named', 'Add --compose FILE.')
  }
  const more = settings === undefined ? {} : { settings: resolve(settings) }
  if (target !== undefined) return { etc: resolve(target), ...more }
  if (image !== undefined) return { image, ...more }
  if (compose !== undefined)
    return { compose: resolve(compose), ...(service === undefined ? {} : { service }), ...more }
  if (settings === undefined) return undefined
  throw conflict(
    '--settings belongs to --target, --image or --compose, and no server is named',
    'Add --target with the folder of your configuration.',
  )
}

/** The folder's name, the image's without registry and tag, the service's or else the compose file's. */
function labelOf(source: AdoptedSource): string {
  if ('etc' in source) return basename(source.etc)
  if ('image' in source) return basename(source.image).replace(/[:@].*/, '')
  return source.service ?? basename(source.compose).replace(/\.ya?ml$/, '')
}

function conflict(message: string, remedy = 'Leave one of them out.'): InputError {
  return new InputError(message, { code: 'OPTIONS_CONFLICT', remedy })
}
