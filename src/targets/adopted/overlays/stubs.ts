import { sectionsOf } from '../dovecot-text.ts'
import type { OverlayKind, PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { inetOf, originOf, type PostfixSettings, valuesOf } from '../settings.ts'
import type { Survey } from '../survey.ts'
import { filterAddresses } from './filters.ts'

/** Where a program listens: `unix:/path` or `inet:port`, as mailrig-stubs takes it. */
type StubAddress = string

/** Stand-ins for the filters that a configuration counts on and that nothing in it starts. */
export function stubOverlays(input: PlanInput): PlannedOverlay[] {
  const { postfix } = input
  if (!postfix) return []
  return [...milterStubs(input, postfix), ...policyStubs(input, postfix), ...filterStubs(input, postfix)]
}

/** `inet:host:port`, `inet:port@host`, `unix:/path`, `unix:path` below the queue directory; a host elsewhere is here. */
function addressOf(value: string, queue: string): StubAddress | undefined {
  const [, path] = /^(?:unix|local):(.+)$/.exec(value) ?? []
  if (path !== undefined) return `unix:${path.startsWith('/') ? path : `${queue}/${path}`}`
  const [, port] = /^inet6?:(?:\[?[^\]@]*?\]?:)?(\d+)(?:@.*)?$/.exec(value) ?? []
  return port === undefined ? undefined : `inet:${port}`
}

interface Wanted {
  kind: OverlayKind
  stub: string
  address: StubAddress
  what: string
  why: string
  from: string
}

function overlayFor({ kind, stub, address, what, why, from }: Wanted, more: readonly string[] = []): PlannedOverlay {
  const [, path] = /^unix:(.*)$/.exec(address) ?? []
  const folder = path?.replace(/\/[^/]*$/, '')
  return {
    kind,
    path: address,
    what,
    why,
    from,
    steps: [
      ...(folder === undefined ? [] : [{ run: ['mkdir', '-p', folder] }]),
      { run: ['mailrig-stubs', stub, address, ...more] },
    ],
  }
}

function milterStubs(input: PlanInput, postfix: PostfixSettings): PlannedOverlay[] {
  const { survey } = input
  const real = new Set(filterAddresses(input))
  const queue = postfix.values.get('queue_directory') ?? '/var/spool/postfix'
  const stubs = new Map<StubAddress, PlannedOverlay>()
  for (const { name, value } of valuesOf(postfix, (parameter) => /^(?:non_)?smtpd_milters$/.test(parameter))) {
    for (const [word] of value.matchAll(/(?:inet6?|unix|local):[^\s,{}]+/g)) {
      const address = addressOf(word, queue)
      if (address === undefined || stubs.has(address) || real.has(address)) continue
      stubs.set(
        address,
        overlayFor({
          kind: 'milters',
          stub: 'milter',
          address,
          what: 'a stand-in that takes every message as it is: filtering is not under test',
          why: 'nothing would listen: mail would be refused, 451 4.7.1',
          from: originOf(survey, name),
        }),
      )
    }
  }
  return [...stubs.values()]
}

function policyStubs({ survey }: PlanInput, postfix: PostfixSettings): PlannedOverlay[] {
  const queue = postfix.values.get('queue_directory') ?? '/var/spool/postfix'
  const own = new Set(postfix.services.filter(({ type }) => type === 'unix').map(({ name }) => name))
  const stubs = new Map<StubAddress, PlannedOverlay>()
  for (const { name, value } of valuesOf(postfix, (parameter) => /_(?:restrictions|policy_service)$/.test(parameter))) {
    for (const [, word = ''] of value.matchAll(/\bcheck_policy_service\s+(?:\{\s*)?((?:inet|unix):[^\s,}]+)/g)) {
      const address = addressOf(word, queue)
      // master.cf spawns it, or Dovecot listens there: the real one.
      const isOwn = own.has(word.replace(/^unix:(?:private\/)?/, '').replace(`${queue}/private/`, ''))
      if (address === undefined || stubs.has(address) || isOwn || ofDovecot(survey, address)) continue
      stubs.set(
        address,
        overlayFor({
          kind: 'policy',
          stub: 'policy',
          address,
          what: 'a stand-in that says DUNNO: the policy is not under test',
          why: 'nothing would listen: every recipient would be refused, 451 4.3.5',
          from: originOf(survey, name),
        }),
      )
    }
  }
  return [...stubs.values()]
}

/** Whether a service of Dovecot listens there, as quota-status does. */
function ofDovecot({ dovecotSettings }: Survey, address: StubAddress): boolean {
  const [, port] = /^inet:(\d+)$/.exec(address) ?? []
  return sectionsOf(dovecotSettings, 'service').some(({ settings }) =>
    settings.some(({ key, value, sections }) =>
      port === undefined
        ? sections.some((section) => section === `unix_listener ${address.slice(5)}`)
        : key === 'port' && value === port,
    ),
  )
}

/** `smtp-amavis:[127.0.0.1]:10024` is carried on to the service of master.cf that takes filtered mail back. */
function filterStubs({ survey }: PlanInput, postfix: PostfixSettings): PlannedOverlay[] {
  const stubs = new Map<StubAddress, PlannedOverlay>()
  for (const { name, value } of valuesOf(postfix, (parameter) => parameter === 'content_filter')) {
    const port = Number(/^[\w-]+:\[?(?:127\.0\.0\.1|localhost|::1)\]?:(\d+)$/.exec(value)?.[1])
    const back = postfix.services.find((service) => {
      const inet = inetOf(service)
      return inet !== undefined && inet.port !== port && /^(?:127\.|localhost|::1)/.test(inet.host)
    })
    const to = back && inetOf(back)?.port
    const address = `inet:${port}`
    if (!Number.isInteger(port) || to === undefined || stubs.has(address)) continue
    stubs.set(
      address,
      overlayFor(
        {
          kind: 'content-filter',
          stub: 'pass',
          address,
          what: `a stand-in that hands every message back on port ${to}: filtering is not under test`,
          why: 'nothing would listen: all mail would stay in the queue',
          from: originOf(survey, name),
        },
        [`inet:${to}`],
      ),
    )
  }
  return [...stubs.values()]
}
