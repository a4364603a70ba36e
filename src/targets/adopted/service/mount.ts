import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { ComposeFile } from './compose-file.ts'
import type { ComposeService } from './compose-schema.ts'
import { misdeclared } from './misdeclared.ts'

/** What is mounted at a path of the container. */
export type Mount = { at: string } & (
  | {
      /** A file or folder of the host. */
      kind: 'bind'
      source: string
      /** As it was written. */
      shown: string
    }
  | {
      kind: 'volume'
      /** Of the compose file; undefined: nobody else mounts it. */
      name?: string
      /** Whether it begins with what the image has there. */
      filled: boolean
    }
  | {
      kind: 'tmpfs'
      /** As mount(8) has them, e.g. `size=64m,mode=1777`. */
      options: string
    }
  | {
      /** What a rig cannot have. */
      kind: 'other'
      shown: string
      reason: string
    }
)

/** By their paths in the container. @throws {InputError} COMPOSE_FILE for one without a path */
export function mountsIn(service: ComposeService, file: ComposeFile, name: string): Record<string, Mount> {
  const mounts = (service.volumes ?? []).map((one, index): [string, Mount] => {
    const at = file.at(['services', name, 'volumes', index])
    const long = typeof one === 'string' ? longForm(one) : one
    if (!long.target.startsWith('/')) {
      throw misdeclared(at, `volumes: ${JSON.stringify(long.target)} is no path of the container`, 'Begin it with /.')
    }
    return [long.target.replace(/(?<=.)\/+$/, ''), mountOf(long, file.folder, at)]
  })
  const tmpfs = [service.tmpfs ?? []].flat().map((one): [string, Mount] => {
    const [path = one, options = ''] = one.split(':')
    return [path, { kind: 'tmpfs', options, at: file.at(['services', name, 'tmpfs']) }]
  })
  return Object.fromEntries([...mounts, ...tmpfs])
}

type LongForm = Extract<NonNullable<ComposeService['volumes']>[number], object>

/** `source:target`, `source:target:ro`, `target`. */
function longForm(mount: string): LongForm {
  const [first = '', second] = mount.split(':')
  return second === undefined ? { target: first } : { source: first, target: second }
}

function mountOf({ type, source, tmpfs, volume }: LongForm, folder: string, at: string): Mount {
  if (type === 'tmpfs') return { kind: 'tmpfs', options: tmpfsOptions(tmpfs), at }
  const isPath = source !== undefined && (type === 'bind' || (type === undefined && /^[./~]/.test(source)))
  if (isPath) return { kind: 'bind', source: hostPath(source, folder), shown: source, at }
  if (volume?.subpath !== undefined) {
    return { kind: 'other', shown: source ?? '', reason: 'mailrig mounts no part of a volume', at }
  }
  if (type === undefined || type === 'volume') {
    return { kind: 'volume', filled: !volume?.nocopy, at, ...(source === undefined ? {} : { name: source }) }
  }
  return { kind: 'other', shown: source ?? type, reason: `mailrig has no mounts of the type ${type}`, at }
}

function hostPath(source: string, folder: string): string {
  if (source === '~' || source.startsWith('~/')) return join(homedir(), source.slice(1))
  return isAbsolute(source) ? source : resolve(folder, source)
}

/** `{ size, mode }` of the long form. */
function tmpfsOptions({ size, mode }: NonNullable<LongForm['tmpfs']> = {}): string {
  const parts = [
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ]
  return parts.join(',')
}
