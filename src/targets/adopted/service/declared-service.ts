import { resolve } from 'node:path'
import type { ComposeFile } from './compose-file.ts'
import type { ComposeService } from './compose-schema.ts'
import { type Mount, mountsIn } from './mount.ts'
import { containerPort } from './ports.ts'
import { wordsOf } from './words.ts'

/** A service as one file declares it: lists are keyed, so that two can be joined, and paths are whole. */
export interface DeclaredService {
  name: string
  /** Where each key of it stands: `compose.yaml:12:5`. */
  at: Readonly<Record<string, string>>
  /** Values of one piece: the nearer declaration counts. */
  single: Single
  environment: Readonly<Record<string, string | undefined>>
  envFiles: readonly EnvFile[]
  /** By their paths in the container. */
  mounts: Readonly<Record<string, Mount>>
  ports: readonly number[]
  dependsOn: Readonly<Record<string, Dependency>>
  /** What the network knows it by, beside its own name. */
  aliases: readonly string[]
  /** What is fixed in networks that the rig chooses, e.g. `networks backend ipv4_address`. */
  fixed: readonly string[]
  /** Service → a further name of it. */
  links: Readonly<Record<string, string>>
  /** By their paths in the container. */
  secrets: Readonly<Record<string, Granted>>
  configs: Readonly<Record<string, Granted>>
  healthcheck: NonNullable<ComposeService['healthcheck']> | undefined
  sysctls: Readonly<Record<string, string>>
  extraHosts: Readonly<Record<string, string>>
  ulimits: NonNullable<ComposeService['ulimits']>
  capAdd: readonly string[]
  capDrop: readonly string[]
  groups: readonly string[]
  securityOptions: readonly string[]
  profiles: readonly string[]
  /** Keys of which nothing is done here. */
  others: readonly string[]
}

type Single = Partial<{
  image: string
  build: unknown
  hostname: string
  domainname: string
  containerName: string
  user: string
  command: readonly string[]
  entrypoint: readonly string[]
  workingDir: string
  init: boolean
  shmSize: string | number
}>

export interface EnvFile {
  path: string
  /** As it was written. */
  shown: string
  required: boolean
  /** Whether it is taken as it is, quotes and dollars included. */
  raw: boolean
  at: string
  /** For its variables. */
  variables: NodeJS.ProcessEnv
}

export interface Dependency {
  condition: string
  /** False: it may be missing. */
  required: boolean
  at: string
}

/** A secret or a config that a service is given. */
export interface Granted {
  source: string
  mode?: number
  /** Whether it is to belong to somebody else than root. */
  owner?: true
  at: string
}

/** @throws {InputError} COMPOSE_FILE for a port or a mount that is none */
export function declaredIn(file: ComposeFile, name: string, known: ReadonlySet<string>): DeclaredService {
  const service = file.value.services?.[name] ?? {}
  const at = (key: string) => file.at(['services', name, key])
  return {
    name,
    at: Object.fromEntries(Object.keys(service).map((key) => [key, at(key)])),
    single: singleOf(service),
    environment: environmentOf(service, file.environment),
    envFiles: envFilesOf(service, file, name),
    mounts: mountsIn(service, file, name),
    ports: portsOf(service, at),
    dependsOn: dependenciesOf(service, at),
    aliases: aliasesOf(service),
    fixed: fixedIn(service),
    links: linksOf(service),
    secrets: grantedOf(service.secrets, (source) => `/run/secrets/${source}`, at('secrets')),
    configs: grantedOf(service.configs, (source) => `/${source}`, at('configs')),
    healthcheck: service.healthcheck ?? undefined,
    sysctls: pairsOf(service.sysctls),
    extraHosts: hostsOf(service),
    ulimits: service.ulimits ?? {},
    capAdd: service.cap_add ?? [],
    capDrop: service.cap_drop ?? [],
    groups: (service.group_add ?? []).map(String),
    securityOptions: service.security_opt ?? [],
    profiles: service.profiles ?? [],
    others: Object.keys(service).filter((key) => !known.has(key) && !key.startsWith('x-')),
  }
}

function singleOf(service: ComposeService): Single {
  const { command, entrypoint, user } = service
  const single: Single = {}
  if (service.image !== undefined) single.image = service.image
  if (service.build !== undefined) single.build = service.build
  if (service.hostname !== undefined) single.hostname = service.hostname
  if (service.domainname !== undefined) single.domainname = service.domainname
  if (service.container_name !== undefined) single.containerName = service.container_name
  if (user !== undefined) single.user = String(user)
  if (command != null) single.command = wordsOf(command)
  if (entrypoint != null) single.entrypoint = wordsOf(entrypoint)
  if (service.working_dir !== undefined) single.workingDir = service.working_dir
  if (service.init !== undefined) single.init = service.init
  if (service.shm_size !== undefined) single.shmSize = service.shm_size
  return single
}

/** A list of `NAME=value` or a mapping; a name alone takes the value of mailrig's own environment, where there is one. */
function environmentOf(
  { environment }: ComposeService,
  variables: NodeJS.ProcessEnv,
): Record<string, string | undefined> {
  if (environment == null) return {}
  const pairs: [string, unknown][] = Array.isArray(environment)
    ? environment.map((pair) => {
        const sign = pair.indexOf('=')
        return sign < 0 ? [pair, null] : [pair.slice(0, sign), pair.slice(sign + 1)]
      })
    : Object.entries(environment)
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, value === null ? variables[name] : String(value)] as const),
  )
}

function envFilesOf({ env_file: named }: ComposeService, file: ComposeFile, name: string): EnvFile[] {
  return (named == null ? [] : [named].flat()).map((one, index) => {
    const { path, required = true, format } = typeof one === 'string' ? { path: one } : one
    const key = Array.isArray(named) ? ['env_file', index] : ['env_file']
    return {
      path: resolve(file.folder, path),
      shown: path,
      required,
      raw: format === 'raw',
      at: file.at(['services', name, ...key]),
      variables: file.environment,
    }
  })
}

function portsOf({ ports, expose }: ComposeService, at: (key: string) => string): number[] {
  return [
    ...(ports ?? []).flatMap((one) => containerPort(one, at('ports'))),
    ...(expose ?? []).flatMap((one) => containerPort(one, at('expose'))),
  ]
}

const STARTED = 'service_started'

function dependenciesOf(
  { depends_on: named }: ComposeService,
  at: (key: string) => string,
): Record<string, Dependency> {
  const place = at('depends_on')
  const entries = Array.isArray(named)
    ? named.map((one) => [one, {}] as const)
    : Object.entries(named ?? {}).map(([one, how]) => [one, how ?? {}] as const)
  return Object.fromEntries(
    entries.map(([one, { condition = STARTED, required = true }]: readonly [string, Partial<Dependency>]) => [
      one,
      { condition, required, at: place },
    ]),
  )
}

function aliasesOf({ networks }: ComposeService): string[] {
  if (networks == null || Array.isArray(networks)) return []
  return Object.values(networks).flatMap((network) => network?.aliases ?? [])
}

function fixedIn({ networks }: ComposeService): string[] {
  if (networks == null || Array.isArray(networks)) return []
  return Object.entries(networks).flatMap(([name, network]) =>
    Object.keys(network ?? {}).flatMap((key) => (FIXED.test(key) ? [`networks ${name} ${key}`] : [])),
  )
}

const FIXED = /^(?:ipv[46]_address|link_local_ips|mac_address|interface_name)$/

function linksOf({ links }: ComposeService): Record<string, string> {
  return Object.fromEntries(
    (links ?? []).map((link) => {
      const [service = '', alias = service] = link.split(':')
      return [service, alias] as const
    }),
  )
}

function grantedOf(
  list: ComposeService['secrets'],
  pathOf: (source: string) => string,
  at: string,
): Record<string, Granted> {
  return Object.fromEntries(
    (list ?? []).map((one) => {
      const { source, target, mode, uid, gid } = typeof one === 'string' ? { source: one } : one
      const owner = [uid, gid].some((id) => id !== undefined && String(id) !== '0') ? { owner: true as const } : {}
      const path = target === undefined ? pathOf(source) : target.startsWith('/') ? target : pathOf(target)
      const bits = mode === undefined ? {} : { mode: typeof mode === 'number' ? mode : Number.parseInt(mode, 8) }
      return [path, { source, at, ...bits, ...owner }] as const
    }),
  )
}

function pairsOf(pairs: ComposeService['sysctls']): Record<string, string> {
  if (pairs == null) return {}
  if (!Array.isArray(pairs)) {
    return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, String(value ?? '')]))
  }
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, value.join('=')]
    }),
  )
}

/** `host=address`, `host:address`, or a mapping. */
function hostsOf({ extra_hosts: hosts }: ComposeService): Record<string, string> {
  if (hosts == null) return {}
  if (!Array.isArray(hosts)) {
    return Object.fromEntries(Object.entries(hosts).map(([host, address]) => [host, [address].flat().join(' ')]))
  }
  return Object.fromEntries(
    hosts.map((one) => {
      const [, host = one, address = ''] = /^([^=:]+)[=:](.*)$/.exec(one) ?? []
      return [host, address]
    }),
  )
}
