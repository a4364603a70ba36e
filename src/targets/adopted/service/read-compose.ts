import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { parseEnv } from 'node:util'
import type { ServerFile } from '../../../engine/server-file.ts'
import { oneOfThese } from '../../../errors/did-you-mean.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import { problemsIn } from '../../../topology/issues.ts'
import { placedProblems } from '../../../topology/placed-problems.ts'
import { formatProblems, type PlacedProblem } from '../../../yaml/place.ts'
import { readYaml } from '../../../yaml/read-yaml.ts'
import { LIMITS } from '../raw-entry.ts'
import { readDirectory } from '../read-directory.ts'
import { type ComposeService, composeSchema, WITHOUT_EFFECT } from './compose-schema.ts'
import { interpolate } from './interpolate.ts'
import type { Service, ServiceGroup } from './service.ts'

/** Of them, those that another service names in depends_on are started with it, and theirs. */
type Services = Readonly<Record<string, ComposeService>>

/** A service, with what of the file was not done. */
interface Read {
  service: Service
  left: { path: string; reason: string }[]
}

/**
 * Reads a service of a compose file, with the services it depends on (compose-spec). Files and folders that are mounted
 * from the host are copied, so that nothing there is changed; named volumes are empty ones of the rig.
 *
 * @param environment for `${NAME}`; a `.env` beside the file comes after it
 * @throws {InputError} COMPOSE_FILE naming each wrong place; nothing was started.
 */
export async function readCompose(
  path: string,
  name: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ServiceGroup> {
  const text = await readText(path)
  const folder = dirname(resolve(path))
  const services = parse(path, text, { ...(await readEnv(join(folder, '.env'))), ...environment })
  const chosen = choose(path, services, name)
  const dependencies = dependenciesOf(chosen, services)
  const [mail, ...others] = await Promise.all(
    [chosen, ...dependencies].map((one) => readService(one, services[one] ?? {}, { path, folder })),
  )
  if (mail === undefined) throw new Error('the chosen service was read')
  return {
    label: `${path} ${chosen}`,
    mail: mail.service,
    others: others.map(({ service }) => service),
    left: [mail, ...others].flatMap(({ left }) => left),
  }
}

function parse(path: string, text: string, environment: NodeJS.ProcessEnv): Services {
  const yaml = readYaml(text, 1)
  const refuse = (problems: readonly PlacedProblem[]) => wrong(withoutSecrets(formatProblems(path, text, problems)))
  if (yaml.problems.length > 0) throw refuse(yaml.problems)
  const result = composeSchema.safeParse(yaml.value)
  if (!result.success) {
    const problems = problemsIn(composeSchema, result.error.issues, yaml.value, EXAMPLES)
    throw refuse(placedProblems(problems, yaml, { whole: 'the file' }))
  }
  const missing: string[] = []
  const filled = interpolate(result.data.services, environment, (variable) => missing.push(variable))
  if (missing.length > 0) {
    throw new InputError(`${path}: these variables have no value: ${[...new Set(missing)].join(', ')}`, {
      code: 'COMPOSE_FILE',
      remedy: 'Set them in the environment, or in a file .env beside the compose file.',
    })
  }
  return filled
}

/** What stands behind a name that says it is secret, in a text that nobody could read as a compose file. */
function withoutSecrets(text: string): string {
  return text.replace(/(\w*(?:pass|secret|token|key|credential)\w*["']?\s*[:=]\s*)[^\n,}]+/gi, '$1••••••')
}

const EXAMPLES = {
  services: '{ mail: { image: "mail:1.2" } }',
  'services.*': '{ image: "mail:1.2" }',
  'services.*.volumes': '["./config:/etc/postfix:ro"]',
  'services.*.environment': '{ HOSTNAME: "mail.example.com" }',
  'services.*.ports': '["25:25"]',
}

function choose(path: string, services: Services, name: string | undefined): string {
  const names = Object.keys(services)
  const [only] = names
  if (name === undefined && only !== undefined && names.length === 1) return only
  if (name !== undefined && name in services) return name
  const what = name === undefined ? `${path} has ${names.length} services` : `${path} has no service ${name}`
  throw new InputError(
    `${what}; ${name === undefined ? `there is ${names.join(', ') || 'none'}` : oneOfThese(name, names)}`,
    {
      code: 'COMPOSE_FILE',
      remedy: 'Name the one that serves mail with --service.',
    },
  )
}

/** In the order in which they are to be started. @throws {InputError} for a service that is not there, or a circle. */
function dependenciesOf(name: string, services: Services, before: readonly string[] = [name]): string[] {
  const { depends_on: named } = services[name] ?? {}
  const direct = Array.isArray(named) ? named : Object.keys(named ?? {})
  const wrongOne = direct.find((one) => !(one in services) || before.includes(one))
  if (wrongOne !== undefined) {
    const what = wrongOne in services ? 'leads back to it' : 'is no service'
    throw new InputError(
      `services.${name}.depends_on: ${wrongOne} ${what}; ${oneOfThese(wrongOne, Object.keys(services))}`,
      {
        code: 'COMPOSE_FILE',
        remedy: 'Correct `depends_on`.',
      },
    )
  }
  return [...new Set(direct.flatMap((one) => [...dependenciesOf(one, services, [...before, one]), one]))]
}

async function readService(
  name: string,
  service: ComposeService,
  { path, folder }: { path: string; folder: string },
): Promise<Read> {
  if ('extends' in service) {
    throw new InputError(`${path}: the service ${name} extends another one, which mailrig does not do`, {
      code: 'COMPOSE_FILE',
      remedy: 'Have Compose write the file in full: `docker compose config > full.yaml`, and check that.',
    })
  }
  if (service.image === undefined || !/^[\w][\w./:@-]*$/.test(service.image)) {
    if (service.image !== undefined) {
      throw new InputError(`${path}: services.${name}.image: ${JSON.stringify(service.image)} is not an image name`, {
        code: 'COMPOSE_FILE',
        remedy: 'Write it as in `registry.example.com/mail:1.2`.',
      })
    }
    throw new InputError(
      `${path}: the service ${name} has no image${service.build === undefined ? '' : ', but a build'}`,
      {
        code: 'COMPOSE_FILE',
        remedy: 'Build it, for example by `docker compose build`, and give its name with `image:`.',
      },
    )
  }
  const left: Read['left'] = []
  const leave = (what: string, reason: string) => left.push({ path: `${name}.${what}`, reason })
  for (const key of Object.keys(service))
    if (!KNOWN.has(key) && !WITHOUT_EFFECT.has(key)) leave(key, 'mailrig does not do it')
  const mounts = await mountsOf(service, folder, leave)
  if (!Array.isArray(service.depends_on)) {
    for (const [other, how] of Object.entries(service.depends_on ?? {})) {
      const { condition } = (how ?? {}) as { condition?: string }
      if (condition !== undefined && condition !== 'service_started')
        leave(`depends_on ${other}`, `${condition} is not waited for: the services start one after the other`)
    }
  }
  const hostname = service.hostname ?? service.domainname
  const qualified =
    service.domainname !== undefined && service.hostname !== undefined && !service.hostname.includes('.')
      ? `${service.hostname}.${service.domainname}`
      : hostname
  return {
    left,
    service: {
      name,
      image: service.image,
      ...(qualified === undefined ? {} : { hostname: qualified }),
      environment: { ...(await envFiles(service, folder)), ...pairsOf(service.environment) },
      ...(service.command == null ? {} : { command: wordsOf(service.command) }),
      ...(service.user === undefined ? {} : { user: String(service.user) }),
      ...(service.entrypoint == null ? {} : { entrypoint: wordsOf(service.entrypoint) }),
      ...mounts,
      ports: portsOf(service),
    },
  }
}

const KNOWN = new Set([
  'image',
  'build',
  'hostname',
  'domainname',
  'user',
  'command',
  'entrypoint',
  'environment',
  'env_file',
  'volumes',
  'tmpfs',
  'ports',
  'expose',
  'depends_on',
])

/** What is mounted: files of the host as copies, all else as an empty volume. */
async function mountsOf(
  { volumes, tmpfs }: ComposeService,
  folder: string,
  leave: (what: string, reason: string) => void,
): Promise<Pick<Service, 'files' | 'volumes'>> {
  const files: ServerFile[] = []
  const empty: string[] = tmpfs == null ? [] : [tmpfs].flat().map((one) => one.replace(/:.*/, ''))
  for (const volume of volumes ?? []) {
    const [source, target] = typeof volume === 'string' ? splitMount(volume) : [volume.source, volume.target]
    if (target === undefined) continue
    if (source === undefined || !/^[./~]/.test(source)) empty.push(target)
    else if (/\.sock$|^\/(?:dev|proc|sys|var\/run|run)(?:\/|$)/.test(source)) {
      leave(`volumes ${source}`, 'nothing of this host but files is in a rig')
    } else {
      const copied = await copyOf(isAbsolute(source) ? source : join(folder, source), target)
      if (typeof copied !== 'string') files.push(...copied)
      else {
        leave(`volumes ${source}`, `${copied}; it is empty here`)
        empty.push(target)
      }
    }
  }
  return { files, volumes: empty }
}

/** `source:target`, `source:target:ro`, `target`. */
function splitMount(mount: string): [source: string | undefined, target: string | undefined] {
  const [first, second] = mount.split(':')
  return second === undefined ? [undefined, first] : [first, second]
}

/** The files, or why it is not copied. */
async function copyOf(source: string, target: string): Promise<ServerFile[] | string> {
  const found = await stat(source).catch(() => undefined)
  if (found === undefined) return 'it is not there'
  if (!found.isDirectory() && !found.isFile()) return 'it is no file and no folder'
  if (found.size > LIMITS.file && found.isFile()) return 'it is larger than a configuration'
  if (found.isFile()) return [{ path: target, content: await readFile(source), mode: found.mode & 0o777 }]
  try {
    const { entries } = await readDirectory(source, { passOver: true })
    const root = await realpath(source)
    const files = await Promise.all(
      entries.map(async ({ path, mode, is }): Promise<ServerFile[]> => {
        if ('content' in is) return [{ path: join(target, path), content: is.content, mode }]
        const behind = await behindLink(root, path)
        return behind === undefined ? [] : [{ path: join(target, path), content: behind }]
      }),
    )
    return files.flat()
  } catch (error) {
    if (error instanceof InputError && error.code === 'SOURCE_TOO_LARGE') return 'it is larger than a configuration'
    throw error
  }
}

/** The file that a link leads to, as certificates often lie; undefined where it leads out of the folder, or nowhere. */
async function behindLink(root: string, path: string): Promise<Buffer | undefined> {
  const real = await realpath(join(root, path)).catch(() => undefined)
  if (real === undefined || !real.startsWith(`${root}${sep}`)) return undefined
  const { size, isFile } = await stat(real).then((one) => ({ size: one.size, isFile: one.isFile() }))
  return isFile && size <= LIMITS.file ? readFile(real) : undefined
}

async function envFiles({ env_file: named }: ComposeService, folder: string): Promise<Record<string, string>> {
  const files = named == null ? [] : [named].flat().map((one) => (typeof one === 'string' ? { path: one } : one))
  const read = await Promise.all(
    files.map(async ({ path, required }: { path: string; required?: boolean | undefined }) => {
      const text = await readFile(resolve(folder, path), 'utf8').catch((cause: unknown) => {
        if (required === false) return ''
        throw new InputError(`there is no file ${path}, which env_file names`, {
          code: 'COMPOSE_FILE',
          remedy: 'Make it, correct `env_file`, or say `required: false` there.',
          cause,
        })
      })
      return parseEnv(text)
    }),
  )
  return Object.assign({}, ...read) as Record<string, string>
}

async function readEnv(path: string): Promise<NodeJS.ProcessEnv> {
  return parseEnv(await readFile(path, 'utf8').catch(() => '')) as NodeJS.ProcessEnv
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`, {
      code: 'COMPOSE_FILE',
      remedy: 'Give the path of the compose file.',
      cause,
    })
  })
}

/** A list of `NAME=value` or a mapping; a name alone takes the value of mailrig's own environment. */
function pairsOf(pairs: ComposeService['environment']): Record<string, string> {
  if (pairs == null) return {}
  if (!Array.isArray(pairs)) {
    return Object.fromEntries(
      Object.entries(pairs).map(([name, value]) => [name, String(value ?? process.env[name] ?? '')]),
    )
  }
  return Object.fromEntries(
    pairs.map((pair) => {
      const sign = pair.indexOf('=')
      return sign < 0 ? [pair, process.env[pair] ?? ''] : [pair.slice(0, sign), pair.slice(sign + 1)]
    }),
  )
}

/** A text is split as a shell splits it, as far as quotes go. */
function wordsOf(words: string | readonly string[]): string[] {
  if (typeof words !== 'string') return [...words]
  return [...words.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '',
  )
}

/** `25`, `25:25`, `127.0.0.1:2525:25/tcp`, and the long form: the port in the container. @throws {InputError} */
function portsOf({ ports, expose }: ComposeService): number[] {
  const named = [...(ports ?? []), ...(expose ?? [])].flatMap((one) => {
    const text = String(typeof one === 'object' ? one.target : one)
    const port =
      text
        .replace(/\/\w+$/, '')
        .split(':')
        .at(-1) ?? ''
    // A range is of no mail server.
    if (/^\d+-\d+$/.test(port)) return []
    if (/^\d+$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return [Number(port)]
    throw new InputError(`ports: ${JSON.stringify(text)} names no port of the container`, {
      code: 'COMPOSE_FILE',
      remedy: 'Write it as in "25:25".',
    })
  })
  return [...new Set(named)]
}

function wrong(message: string): InputError {
  return new InputError(message, {
    code: 'COMPOSE_FILE',
    remedy: 'Correct the places named above; `docker compose config` shows how Compose reads the file.',
  })
}
