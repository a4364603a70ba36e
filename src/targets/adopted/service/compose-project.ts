import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { oneOfThese } from '../../../errors/did-you-mean.ts'
import { type ComposeFile, readComposeFile } from './compose-file.ts'
import { type ComposeInclude, type ComposeMaterial, KNOWN, WITHOUT_EFFECT } from './compose-schema.ts'
import { type DeclaredService, declaredIn } from './declared-service.ts'
import { parseEnvFile } from './env-file.ts'
import { mergeServices } from './merge-services.ts'
import { misdeclared } from './misdeclared.ts'
import { isSecretName } from './secrets-of.ts'

/** A secret or a config of a project, with where its file is looked for. */
export interface PlacedMaterial {
  material: NonNullable<ComposeMaterial>
  folder: string
  environment: NodeJS.ProcessEnv
  at: string
}

/** A compose file with all that it includes, each service joined with what it extends. */
export interface ComposeProject {
  /** As Compose calls it: images that it builds begin with it. */
  name: string
  services: ReadonlyMap<string, DeclaredService>
  secrets: ReadonlyMap<string, PlacedMaterial>
  configs: ReadonlyMap<string, PlacedMaterial>
  /** Values of variables whose names say that they are secret. */
  filled: ReadonlySet<string>
}

const HANDLED = new Set([...KNOWN, ...WITHOUT_EFFECT])

/** @throws {InputError} COMPOSE_FILE naming each wrong place */
export async function readProject(path: string, environment: NodeJS.ProcessEnv): Promise<ComposeProject> {
  const reader = new ProjectReader()
  const folder = dirname(resolve(path))
  const variables = { ...(await envOf(resolve(folder, '.env'), environment)), ...environment }
  const file = await reader.read(path, variables)
  await reader.add(file)
  const { COMPOSE_PROJECT_NAME: named } = variables
  const { services, secrets, configs, filled } = reader
  return { name: named ?? file.value.name ?? projectName(folder), services, secrets, configs, filled }
}

/** What Compose makes of the folder's name. */
function projectName(folder: string): string {
  return basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
}

class ProjectReader {
  readonly services = new Map<string, DeclaredService>()
  readonly secrets = new Map<string, PlacedMaterial>()
  readonly configs = new Map<string, PlacedMaterial>()
  readonly filled = new Set<string>()

  read(path: string, environment: NodeJS.ProcessEnv, folder?: string): Promise<ComposeFile> {
    const onFilled = (name: string, value: string) => {
      if (isSecretName(name)) this.filled.add(value)
    }
    return readComposeFile(path, { environment, onFilled, ...(folder === undefined ? {} : { folder }) })
  }

  /** @param around the files that lead to it, so that it does not include itself */
  async add(file: ComposeFile, around: readonly string[] = []): Promise<void> {
    for (const [index, one] of (file.value.include ?? []).entries()) {
      await this.#include(one, file, { at: file.at(['include', index]), around: [...around, resolve(file.path)] })
    }
    for (const name of Object.keys(file.value.services ?? {})) {
      if (this.services.has(name)) {
        throw misdeclared(file.at(['services', name]), `services.${name}: an included file has it, too`, 'Rename one.')
      }
      this.services.set(name, await this.#extended(file, name, []))
    }
    for (const kind of ['secrets', 'configs'] as const) {
      for (const [name, material] of Object.entries(file.value[kind] ?? {})) {
        const { folder, environment } = file
        this[kind].set(name, { material: material ?? {}, folder, environment, at: file.at([kind, name]) })
      }
    }
  }

  async #include(
    given: ComposeInclude,
    by: ComposeFile,
    { at, around }: { at: string; around: readonly string[] },
  ): Promise<void> {
    const {
      path: paths,
      project_directory: project,
      env_file: named,
    } = typeof given === 'string' ? { path: given } : given
    const whole = [paths].flat().map((path) => local(resolve(by.folder, path), path, at))
    const [first = ''] = whole
    const folder = project === undefined ? dirname(first) : resolve(by.folder, project)
    const files = named === undefined ? [resolve(folder, '.env')] : [named].flat().map((one) => resolve(by.folder, one))
    let variables = by.environment
    for (const one of files) variables = { ...(await envOf(one, by.environment)), ...variables }
    // Several paths are one file, the later ones laid over the first.
    const included = new ProjectReader()
    for (const path of whole) {
      if (around.includes(path)) throw misdeclared(at, `include: ${path} includes itself`, 'Leave one of them out.')
      const part = new ProjectReader()
      await part.add(await part.read(path, variables, folder), around)
      included.#lay(part)
    }
    const twice = [...included.services.keys()].find((name) => this.services.has(name))
    if (twice !== undefined) throw misdeclared(at, `include: there is a service ${twice} already`, 'Rename one.')
    this.#lay(included)
  }

  #lay(part: ProjectReader): void {
    for (const [name, service] of part.services) {
      const base = this.services.get(name)
      this.services.set(name, base ? mergeServices(base, service) : service)
    }
    for (const [name, one] of part.secrets) this.secrets.set(name, one)
    for (const [name, one] of part.configs) this.configs.set(name, one)
    for (const value of part.filled) this.filled.add(value)
  }

  /** A service with what it extends. @throws {InputError} for one that is not there, or a circle */
  async #extended(file: ComposeFile, name: string, around: readonly string[]): Promise<DeclaredService> {
    const own = declaredIn(file, name, HANDLED)
    const given = file.value.services?.[name]?.extends
    if (given === undefined) return own
    const { service, file: other } = typeof given === 'string' ? { service: given } : given
    const at = file.at(['services', name, 'extends'])
    const path = other === undefined ? file.path : local(resolve(file.folder, other), other, at)
    const from = other === undefined ? file : await this.read(path, file.environment)
    const key = `${resolve(path)} ${service}`
    if (around.includes(key) || !(service in (from.value.services ?? {}))) {
      const names = Object.keys(from.value.services ?? {})
      const what = around.includes(key) ? 'extends itself' : `is no service of ${path}; ${oneOfThese(service, names)}`
      throw misdeclared(at, `services.${name}.extends: ${service} ${what}`, 'Correct `extends`.')
    }
    return mergeServices(await this.#extended(from, service, [...around, key]), own)
  }
}

/** @throws {InputError} for a file elsewhere: nothing is fetched */
function local(path: string, shown: string, at: string): string {
  if (!/^(?:[a-z]+:\/\/|git@|oci:)/i.test(shown)) return path
  throw misdeclared(
    at,
    `${shown} is not a file of this machine, and mailrig fetches nothing`,
    'Get it, and name the file.',
  )
}

async function envOf(path: string, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return parseEnvFile(text, environment)
}
