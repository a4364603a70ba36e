import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '../../errors/mailrig-error.ts'
import { releaseNamed } from '../../servers/registry.ts'
import type { Release } from '../../servers/release.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import { ALWAYS, OVERLAY_KINDS, type OverlayKind } from '../../targets/adopted/overlay.ts'
import { SERVER_OPTIONS, type ServerOption, type SourceOptions } from '../../targets/adopted/read-source.ts'
import { readCompose } from '../../targets/adopted/service/read-compose.ts'
import { imageAlone, type ServiceGroup } from '../../targets/adopted/service/service.ts'
import { type Declared, readDeclared } from '../../targets/adopted/settings-file.ts'

export interface CheckOptions {
  release?: string
  json?: boolean
  /** True where none was left out: commander's default of an option that begins with `no-`. */
  overlay?: string[] | true
  settings?: string
  seed?: string
  init?: boolean
  sample?: boolean
  /** A folder. */
  report?: string
  postfix?: string
  dovecot?: string
  exim?: string
  sendmail?: string
  opensmtpd?: string
  image?: string
  compose?: string
  service?: string
}

/** Where `--settings` is not given, and what `--init` writes. */
export const SETTINGS = 'mailrig.yaml'

/** What comes along: of a checkout, and of the package. */
const SAMPLE = fileURLToPath(new URL('../../../samples/small-office/etc', import.meta.url))

/** @throws {InputError} SOURCE_MISSING where nothing is named, OPTIONS_CONFLICT where a source is, beside the sample. */
export function sourceOf(source: string | undefined, options: CheckOptions): SourceOptions {
  const folders = foldersOf(options)
  const named = source !== undefined || Object.keys(folders).length > 0
  if (options.sample && named) {
    throw new InputError('--sample is a source by itself, and another one is named', {
      code: 'OPTIONS_CONFLICT',
      remedy: 'Leave one of them out.',
    })
  }
  if (options.sample) return { source: SAMPLE }
  if (!named) {
    throw new InputError('nothing was given to check', {
      code: 'SOURCE_MISSING',
      remedy:
        'Name a folder that is laid out as /etc, or `-` for an archive on standard input; `--sample` shows how it looks.',
    })
  }
  return { ...(source === undefined ? {} : { source }), folders }
}

/** What a service that runs as its image says has no use for. */
const OF_A_FOLDER = [
  'sample',
  'init',
  'release',
  'seed',
  'postfix',
  'dovecot',
  'exim',
  'sendmail',
  'opensmtpd',
] as const

/**
 * The service of `--image` or `--compose`; undefined where a configuration was named.
 *
 * @throws {InputError} OPTIONS_CONFLICT, COMPOSE_FILE
 */
export async function serviceOf(source: string | undefined, options: CheckOptions): Promise<ServiceGroup | undefined> {
  const { image, compose, service } = options
  if (image === undefined && compose === undefined) {
    if (service === undefined) return undefined
    throw conflict('--service names a service of a compose file, and no file is named', 'Add --compose FILE.')
  }
  const given = image === undefined ? '--compose' : '--image'
  const other = image !== undefined && compose !== undefined ? 'compose' : OF_A_FOLDER.find((key) => options[key])
  const more = source ?? (other && `--${other}`) ?? (Array.isArray(options.overlay) ? '--no-overlay' : undefined)
  if (more !== undefined) {
    throw conflict(`${given} is run as it is, and ${more} belongs to another source`, 'Leave one of them out.')
  }
  if (image !== undefined && service !== undefined) throw conflict('--service belongs to --compose', 'Leave it out.')
  return compose === undefined ? imageAlone(image ?? '') : readCompose(compose, service)
}

function conflict(message: string, remedy: string): InputError {
  return new InputError(message, { code: 'OPTIONS_CONFLICT', remedy })
}

/** As `--settings` names it, else a mailrig.yaml of the working directory, where there is one. */
export async function declaredBy({ settings, sample }: CheckOptions): Promise<Declared> {
  if (settings !== undefined) return readDeclared(settings)
  return existsSync(SETTINGS) && !sample ? readDeclared(SETTINGS) : {}
}

/** @throws {InputError} SOURCE_MISSING where there is no such file. */
export async function seedOf({ seed, settings }: CheckOptions, declared: Declared): Promise<string | undefined> {
  const path = seed ?? (declared.seed && join(dirname(settings ?? SETTINGS), declared.seed))
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`there is no file ${path}`, {
      code: 'SOURCE_MISSING',
      remedy: 'Make one with mysqldump, of the one database that the configuration names.',
      cause,
    })
  })
}

function foldersOf(options: CheckOptions): Partial<Record<ServerOption, string>> {
  const names = Object.keys(SERVER_OPTIONS) as ServerOption[]
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))
}

/** @throws {InputError} for a release that does not exist. */
export function chosenReleases({ release: list }: CheckOptions, { release, declared }: Adopted): Release[] {
  if (list !== undefined) return [...new Set(list.split(',').map((name) => releaseNamed(name.trim())))]
  return declared.release ?? [release.release]
}

/** @throws {InputError} UNKNOWN_OVERLAY for a kind that does not exist, or that a rig cannot be without. */
export function overlaysLeftOut({ overlay }: CheckOptions): Set<OverlayKind> {
  const kinds = Array.isArray(overlay) ? overlay : []
  const unknown = kinds.find((kind) => !(kind in OVERLAY_KINDS))
  if (unknown !== undefined) {
    throw new InputError(`there is no overlay ${JSON.stringify(unknown)}`, {
      code: 'UNKNOWN_OVERLAY',
      remedy: `Name one of ${Object.keys(OVERLAY_KINDS).join(', ')}.`,
    })
  }
  const fixed = (kinds as OverlayKind[]).find((kind) => ALWAYS.has(kind))
  if (fixed !== undefined) {
    throw new InputError(`the overlay ${fixed} cannot be left out: ${OVERLAY_KINDS[fixed]}`, {
      code: 'UNKNOWN_OVERLAY',
      remedy: 'Leave this option out: a container has no other way to run servers.',
    })
  }
  return new Set(kinds as OverlayKind[])
}
