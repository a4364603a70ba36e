import { oneOfThese } from '../../../errors/did-you-mean.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import type { DeclaredService, Dependency } from './declared-service.ts'
import { misdeclared } from './misdeclared.ts'
import type { LeftOut } from './service.ts'

type Services = ReadonlyMap<string, DeclaredService>

export interface ChosenServices {
  mail: DeclaredService
  /** In the order in which they start. */
  others: DeclaredService[]
  left: LeftOut[]
}

/**
 * The service that serves mail, and those it depends on, with theirs.
 *
 * @param profiles that are active, beside those of the service itself (compose-spec, 15-profiles.md)
 * @throws {InputError} COMPOSE_FILE for one that is not there, or a circle
 */
export function chooseServices(
  services: Services,
  { path, name, profiles }: { path: string; name: string | undefined; profiles: readonly string[] },
): ChosenServices {
  const mail = choose(path, services, name)
  const active = new Set([...profiles, ...mail.profiles])
  const left: LeftOut[] = []
  const order = new Map<string, DeclaredService>()
  const visit = (one: DeclaredService, around: readonly string[]) => {
    for (const [other, dependency] of Object.entries(needsOf(one))) {
      const service = services.get(other)
      const what = whyNot(other, { service, services, active, around })
      if (service !== undefined && what === undefined) {
        visit(service, [...around, other])
        order.set(other, service)
      } else if (dependency.required) {
        throw misdeclared(dependency.at, `services.${one.name}.depends_on: ${other} ${what}`, remedyFor(service))
      } else {
        left.push({ path: `${one.name}.depends_on ${other}`, reason: `${other} ${what}`, at: lineOf(dependency.at) })
      }
    }
  }
  visit(mail, [mail.name])
  return { mail, others: [...order.values()], left }
}

/** `compose.yaml:12`, of `compose.yaml:12:5`. */
export function lineOf(at: string): string {
  return at.replace(/:\d+$/, '')
}

/** What it depends on, by name; a link is a dependency, too. */
function needsOf({ dependsOn, links, at }: DeclaredService): Record<string, Dependency> {
  const linked = Object.keys(links).map(
    (other) => [other, { condition: 'service_started', required: true, at: at.links ?? '' }] as const,
  )
  return { ...Object.fromEntries(linked), ...dependsOn }
}

interface Considered {
  service: DeclaredService | undefined
  services: Services
  active: ReadonlySet<string>
  around: readonly string[]
}

function whyNot(name: string, { service, services, active, around }: Considered): string | undefined {
  if (service === undefined) return `is no service; ${oneOfThese(name, [...services.keys()])}`
  if (around.includes(name)) return 'leads back to it'
  const { profiles } = service
  if (profiles.length === 0 || profiles.some((one) => active.has(one))) return undefined
  return `is of the profile ${profiles.join(', ')}, which is not active`
}

function remedyFor(service: DeclaredService | undefined): string {
  return service?.profiles.length
    ? 'Name the profile in COMPOSE_PROFILES, or correct `depends_on`.'
    : 'Correct `depends_on`.'
}

function choose(path: string, services: Services, name: string | undefined): DeclaredService {
  const names = [...services.keys()]
  const [only] = services.values()
  if (name === undefined && only !== undefined && names.length === 1) return only
  const found = name === undefined ? undefined : services.get(name)
  if (found !== undefined) return found
  const what = name === undefined ? `${path} has ${names.length} services` : `${path} has no service ${name}`
  throw new InputError(
    `${what}; ${name === undefined ? `there is ${names.join(', ') || 'none'}` : oneOfThese(name, names)}`,
    {
      code: 'COMPOSE_FILE',
      remedy: 'Name the one that serves mail with --service.',
    },
  )
}
