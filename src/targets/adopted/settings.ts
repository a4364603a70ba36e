import { formatPlace } from './source-tree.ts'
import { postfixValues, type Survey } from './survey.ts'

/** One service as `postconf -M` prints it, with what `-P` says of it. */
export interface EffectiveService {
  name: string
  type: string
  chroot: boolean
  command: string
  arguments: string
  overrides: ReadonlyMap<string, string>
}

/** What Postfix itself says of its configuration, expanded (`postconf -x`, `-M`, `-P`). */
export interface PostfixSettings {
  /** Every parameter, with its default where main.cf is silent. */
  values: ReadonlyMap<string, string>
  services: readonly EffectiveService[]
}

export function parsePostconf(stdout: string): Map<string, string> {
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, name, value] = /^(\S+) =\s?(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value ?? ''] as const]
    }),
  )
}

/** `postconf -xM` and `postconf -xP`. */
export function parseServices(master: string, parameters: string): EffectiveService[] {
  const overrides = new Map<string, Map<string, string>>()
  for (const line of parameters.split('\n')) {
    const [, service, name, value] = /^(\S+\/\w+)\/(\w+) =\s?(.*)$/.exec(line) ?? []
    if (service === undefined || name === undefined) continue
    overrides.set(service, (overrides.get(service) ?? new Map()).set(name, value ?? ''))
  }
  return master.split(/\n(?=\S)/).flatMap((entry) => {
    const [name, type, , , chroot, , , command, ...rest] = entry.trim().split(/\s+/)
    if (name === undefined || type === undefined || command === undefined) return []
    return [
      {
        name,
        type,
        chroot: chroot === 'y',
        command,
        arguments: rest.join(' '),
        overrides: overrides.get(`${name}/${type}`) ?? new Map(),
      },
    ]
  })
}

/** All values that hold for one service or for all, by parameter. */
export function valuesOf(
  { values, services }: PostfixSettings,
  names: (name: string) => boolean,
): { name: string; value: string }[] {
  const main = [...values].map(([name, value]) => ({ name, value }))
  const own = services.flatMap(({ overrides }) => [...overrides].map(([name, value]) => ({ name, value })))
  return [...main, ...own].filter(({ name, value }) => value !== '' && names(name))
}

/** Where a parameter was set: its line, or that nobody set it. */
export function originOf(survey: Survey, name: string): string {
  // master.cf has another value of it for one service; main.cf speaks for all.
  const place = (
    survey.main.settings.findLast((setting) => setting.name === name) ??
    postfixValues(survey).find((setting) => setting.name === name)
  )?.at
  return place === undefined ? `default of ${name}` : formatPlace(place)
}

/** Ports by the names that master.cf uses (services(5)). */
const SERVICE_PORTS: Record<string, number> = { smtp: 25, smtps: 465, submissions: 465, submission: 587, qmqp: 628 }

/** Where a service of type `inet` listens; undefined for others. */
export function inetOf({ name, type }: { name: string; type: string }): { host: string; port: number } | undefined {
  if (type !== 'inet') return undefined
  const colon = name.lastIndexOf(':')
  const word = name.slice(colon + 1)
  const port = SERVICE_PORTS[word] ?? Number(word)
  return Number.isInteger(port)
    ? { host: colon < 0 ? '' : name.slice(0, colon).replace(/^\[|\]$/g, ''), port }
    : undefined
}
