import { readFile } from 'node:fs/promises'
import type { ServerFile } from '../../../engine/server-file.ts'
import { lineOf } from './chosen-services.ts'
import type { ComposeProject } from './compose-project.ts'
import { copyOf } from './copied-files.ts'
import type { DeclaredService } from './declared-service.ts'
import { parseEnvFile, parseRawEnvFile } from './env-file.ts'
import { grantedFiles } from './granted-files.ts'
import { healthcheckOf } from './health.ts'
import { misdeclared } from './misdeclared.ts'
import type { Mount } from './mount.ts'
import { secretsInFile } from './secrets-of.ts'
import { isImageName, type LeftOut, type Service, type ServiceVolume } from './service.ts'
import { settingsOf } from './service-settings.ts'

/** A service, with what of the file was not done, and what of it is secret. */
export interface ReadService {
  service: Service
  left: LeftOut[]
  secrets: string[]
}

/** @throws {InputError} COMPOSE_FILE naming the wrong place */
export async function readService(declared: DeclaredService, project: ComposeProject): Promise<ReadService> {
  const { name, single, at } = declared
  const left: LeftOut[] = []
  const leaveAt = (what: string, reason: string, place: string) =>
    left.push({ path: `${name}.${what}`, reason, at: lineOf(place) })
  const leave = (what: string, reason: string) => leaveAt(what, reason, at[what.split(' ', 1).join('')] ?? '')
  for (const key of declared.others) leave(key, OTHERS[key] ?? 'mailrig does not do it')
  for (const what of declared.fixed) leave(what, 'it has the addresses of the rig')
  const owned = [...Object.values(declared.secrets), ...Object.values(declared.configs)].filter(({ owner }) => owner)
  for (const { source, at: place } of owned) leaveAt(`secrets ${source}`, 'its file belongs to root', place)

  const image = imageOf(declared, project)
  const mounted = await mountedOf(declared.mounts, (path, reason, place) => leaveAt(`volumes ${path}`, reason, place))
  const [secrets, configs, environment] = await Promise.all([
    grantedFiles('secrets', declared.secrets, project),
    grantedFiles('configs', declared.configs, project),
    environmentOf(declared),
  ])
  for (const { path, source, at: place } of [...secrets.external, ...configs.external]) {
    leaveAt(`secrets ${source}`, `it is external: mailrig cannot read it, and there is no ${path}`, place)
  }
  const files = [...mounted.files, ...secrets.files, ...configs.files]
  const healthcheck = healthcheckOf(declared)
  const hostname = hostnameOf(declared)
  return {
    left,
    secrets: secrets.files.flatMap(({ content }) => secretsInFile(Buffer.from(content))),
    service: {
      name,
      image,
      ...(single.build === undefined ? {} : { built: lineOf(at.build ?? '') }),
      ...(hostname === undefined ? {} : { hostname }),
      environment,
      ...(single.command === undefined ? {} : { command: single.command }),
      ...(single.entrypoint === undefined ? {} : { entrypoint: single.entrypoint }),
      ...(single.user === undefined ? {} : { user: single.user }),
      ...withFiles(mounted, files),
      ports: declared.ports,
      aliases: [...declared.aliases, ...(single.containerName === undefined ? [] : [single.containerName])],
      settings: settingsOf(declared, leave),
      ...(healthcheck === undefined ? {} : { healthcheck }),
    },
  }
}

/** Why, of the better known keys that a rig cannot have. */
const OTHERS: Readonly<Record<string, string>> = {
  devices: 'nothing of this host but files is in a rig',
  network_mode: 'it stands in the networks of the rig',
  privileged: 'nothing may reach out of a rig',
  read_only: 'files are copied into it, so it stays writable',
}

/** As it is named, or as Compose names what it builds. @throws {InputError} COMPOSE_FILE */
function imageOf({ name, single, at }: DeclaredService, project: ComposeProject): string {
  const { image, build } = single
  if (image === undefined && build !== undefined) return `${project.name}-${name}`
  if (image !== undefined && isImageName(image)) return image
  if (image === undefined) {
    throw misdeclared(
      Object.values(at)[0] ?? '',
      `services.${name}: it has no image`,
      'Write it as in `image: registry.example.com/mail:1.2`.',
    )
  }
  throw misdeclared(
    at.image ?? '',
    `services.${name}.image: ${JSON.stringify(image)} is not an image name`,
    'Write it as in `registry.example.com/mail:1.2`.',
  )
}

function hostnameOf({ single: { hostname, domainname } }: DeclaredService): string | undefined {
  const whole = hostname ?? domainname
  return domainname !== undefined && hostname !== undefined && !hostname.includes('.')
    ? `${hostname}.${domainname}`
    : whole
}

interface Mounted {
  files: ServerFile[]
  volumes: ServiceVolume[]
  tmpfs: Record<string, string>
}

/** What is mounted: files of the host as copies, all else as an empty volume. */
async function mountedOf(
  mounts: Readonly<Record<string, Mount>>,
  leave: (path: string, reason: string, at: string) => void,
): Promise<Mounted> {
  const mounted: Mounted = { files: [], volumes: [], tmpfs: {} }
  for (const [path, mount] of Object.entries(mounts)) {
    if (mount.kind === 'tmpfs') mounted.tmpfs[path] = mount.options
    else if (mount.kind === 'other') leave(mount.shown, mount.reason, mount.at)
    else if (mount.kind === 'volume') {
      mounted.volumes.push({ path, filled: mount.filled, ...(mount.name === undefined ? {} : { name: mount.name }) })
    } else if (/\.sock$|^\/(?:dev|proc|sys|var\/run|run)(?:\/|$)/.test(mount.source)) {
      leave(mount.shown, 'nothing of this host but files is in a rig', mount.at)
    } else {
      const copied = await copyOf(mount.source, path)
      if (typeof copied === 'string') {
        leave(mount.shown, `${copied}; it is empty here`, mount.at)
        mounted.volumes.push({ path, filled: false })
      } else {
        mounted.files.push(...copied.files)
        // As on the host, what the image has there is hidden; the folder is there without any file, too.
        if (copied.isFolder) mounted.volumes.push({ path, filled: false })
      }
    }
  }
  return mounted
}

/** Files cannot be put into memory before there is a process: a volume stands there in its place. */
function withFiles({ volumes, tmpfs }: Mounted, files: ServerFile[]): Mounted {
  const below = (path: string) => files.some((file) => file.path.startsWith(`${path}/`))
  const full = Object.keys(tmpfs).filter(below)
  return {
    files,
    volumes: [...volumes, ...full.map((path) => ({ path, filled: false }))],
    tmpfs: Object.fromEntries(Object.entries(tmpfs).filter(([path]) => !full.includes(path))),
  }
}

/** Of its `env_file`, and then of its `environment`. A variable that has no value anywhere is not set. */
async function environmentOf({ environment, envFiles }: DeclaredService): Promise<Record<string, string>> {
  const all: Record<string, string | undefined> = {}
  for (const { path, shown, required, raw, at, variables } of envFiles) {
    const text = await readFile(path, 'utf8').catch(() => {
      if (!required) return ''
      const what = `there is no file ${shown}, which env_file names`
      throw misdeclared(at, what, 'Make it, correct `env_file`, or say `required: false` there.')
    })
    Object.assign(all, raw ? parseRawEnvFile(text) : parseEnvFile(text, variables))
  }
  Object.assign(all, environment)
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  )
}
