import type { RigAddresses } from '../../servers/addresses.ts'
import type { PlannedOverlay } from './overlay.ts'
import { certificateOverlays } from './overlays/certificates.ts'
import { filterOverlays } from './overlays/filters.ts'
import { jailOverlays } from './overlays/jail.ts'
import { programOverlays } from './overlays/programs.ts'
import { secretOverlays } from './overlays/secrets.ts'
import { stubOverlays } from './overlays/stubs.ts'
import { tableOverlays } from './overlays/tables.ts'
import { trustStoreOverlays } from './overlays/trust-store.ts'
import type { PlanInput } from './plan.ts'
import type { PostfixSettings } from './settings.ts'
import { valuesOf } from './settings.ts'
import { formatPlace } from './source-tree.ts'
import type { Survey } from './survey.ts'
import type { Smarthost } from './world-names.ts'

interface World {
  smarthosts: readonly Smarthost[]
  local: readonly { name: string; from: string }[]
  addresses: RigAddresses
}

/** Everything that is laid over a configuration, in the order in which it is done. */
export function planOverlays(input: PlanInput, world: World): PlannedOverlay[] {
  return [
    ...worldOverlays(input, world),
    ...certificateOverlays(input),
    ...trustStoreOverlays(input),
    ...tableOverlays(input),
    ...secretOverlays(input, world.smarthosts),
    ...programOverlays(input),
    ...filterOverlays(input),
    ...stubOverlays(input),
    // Last: the jail has copies of what the others made.
    ...jailOverlays(input),
  ]
}

/** What the rig does from outside of the host. */
function worldOverlays({ survey, host }: PlanInput, { smarthosts, local, addresses }: World): PlannedOverlay[] {
  const at = survey.mta?.at.file ?? survey.dovecot?.at.file ?? ''
  return [
    {
      kind: 'host-name',
      path: host,
      what: `the name of the host; ${addresses.mta.internet} leads to it and back`,
      why: 'servers take their name from it, and strict receivers look it up',
      from: at,
      steps: [],
    },
    {
      kind: 'names',
      path: '/etc/resolv.conf',
      what: "the rig's own DNS: it knows the names of the configuration, and says at once of any other that it does not exist",
      why: 'without an answer, commands wait for minutes and clients are refused',
      from: at,
      steps: [],
    },
    {
      kind: 'services',
      path: 'systemd',
      what: 'the servers are started one after the other: store, filters, MTA',
      why: 'a container has no systemd',
      from: at,
      steps: [],
    },
    {
      kind: 'logging',
      path: '/dev/log',
      what: 'a system log that mailrig reads',
      why: 'servers would log to nobody',
      from: at,
      steps: [],
    },
    ...ipv6Overlay(survey),
    ...smarthosts.map(({ name, port, from }) => ({
      kind: 'smarthost' as const,
      path: name,
      what: `leads to the rig's upstream, port ${port}, which takes any login`,
      why: 'mail for others would go to a real host; nothing leaves a rig',
      from,
      steps: [],
    })),
    ...local.map(({ name, from }) => ({
      kind: 'names' as const,
      path: name,
      what: 'leads to the host itself',
      why: 'a service of another host, which the rig has on this one',
      from,
      steps: [],
    })),
  ]
}

function ipv6Overlay({ main, dovecotSettings }: Survey): PlannedOverlay[] {
  const asks = [
    ...main.settings.map(({ value, at }) => ({ value, at })),
    ...dovecotSettings.map(({ value, at }) => ({ value, at })),
  ].find(({ value }) => /(?:^|[\s,[])::1?(?:$|[\s,\]])/.test(value))
  if (!asks) return []
  return [
    {
      kind: 'ipv6',
      path: '::1',
      what: 'the loopback address of IPv6',
      why: 'a container has none: "bind ::1: Cannot assign requested address"',
      from: formatPlace(asks.at),
      steps: [],
    },
  ]
}

/** Every path that may be looked for before it is laid over. */
export function pathsNamed(survey: Survey, postfix: PostfixSettings | undefined): string[] {
  const values = [
    ...(postfix ? valuesOf(postfix, () => true).map(({ value }) => value) : []),
    ...survey.dovecotSettings.map(({ value }) => value),
    ...(postfix?.services ?? []).map(({ arguments: rest }) => rest),
  ]
  const paths = values.flatMap((value) => value.match(/\/[\w.@%+/-]+/g) ?? [])
  return [...new Set(paths)].filter((path) => !/[%\n]/.test(path))
}
