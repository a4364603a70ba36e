import { RIG_NAMES, type Zone, type ZoneRecord } from '../dns/zone.ts'
import type { Side } from '../engine/side.ts'
import { acceptedIn } from '../rig/accepted-messages.ts'
import type { Rig } from '../rig/rig.ts'
import { STORE_PORTS } from '../servers/store-ports.ts'
import type { Transcript } from '../session/transcript.ts'
import type { ServiceName } from '../targets/facts.ts'
import type { Elsewhere, ServicePlace, Subject } from './subject.ts'

const SIDES = ['internet', 'lan'] as const
const STORE_SERVICES: readonly ServiceName[] = ['imap', 'imaps', 'pop3', 'pop3s', 'managesieve', 'lmtp']
const ELSEWHERE = {
  domain: 'elsewhere.example',
  missing: 'missing.example',
  nullMx: 'null-mx.example',
  addressOnly: 'address-only.example',
  looping: 'looping.example',
} as const satisfies Elsewhere

/**
 * A rig as checks see it. The rig's DNS gets the domains of the checks beside those of its topology.
 *
 * What it has not: `restart`, because a rig ends with its server.
 */
export function subjectOf(rig: Rig): Subject {
  const { topology } = rig
  declareElsewhere(rig)
  const place = (service: ServiceName, side: Side): ServicePlace | undefined => {
    if (service === 'smtp' || service === 'submission') return rig.approach(service, side)
    return rig.hasStore && isOfStore(service) ? rig.store.endpoint(service) : undefined
  }
  const ids = (sessions: readonly Transcript[]) =>
    sessions.flatMap((transcript) => acceptedIn(transcript, (reply) => rig.mta.queueIdIn(reply)))
  const services = (['smtp', 'submission', ...STORE_SERVICES] as const).filter((service) => place(service, 'internet'))
  const ports = { smtp: 25, submission: 587, submissions: 465, ...STORE_PORTS }
  return {
    name: `${rig.mta.name} on ${rig.mta.release}`,
    facts: {
      ...rig.facts,
      services: services.map((service) => ({ service, port: ports[service] })),
      trusted: SIDES.filter((side) => isTrusted(rig, side)),
    },
    endpoint: place,
    ...(rig.trust.ca === undefined ? {} : { authority: rig.trust.ca }),
    certificateName: (service) => (isOfStore(service) ? RIG_NAMES.store : topology.host),
    elsewhere: ELSEWHERE,
    upstreams: Object.values(rig.upstreams),
    rested: (sessions) => rig.mta.rested({ queueIds: ids(sessions) }),
    events: (sessions) => rig.mta.log.eventsOf({ queueIds: ids(sessions) }),
    flush: () => rig.mta.flush(),
  }
}

function isOfStore(service: ServiceName): service is 'imap' | 'imaps' | 'pop3' | 'pop3s' | 'managesieve' | 'lmtp' {
  return STORE_SERVICES.includes(service)
}

/** By the address that clients of that side have. */
function isTrusted({ topology, addresses }: Rig, side: Side): boolean {
  const { gateway, subnet } = addresses.networks[side]
  return topology.trustedNetworks.some((network) => network === side || network === subnet || network === gateway)
}

/** Adds the domains of the checks; what the topology says of a name stays. */
function declareElsewhere(rig: Rig): void {
  const { zone } = rig.dns
  const upstream = rig.addresses.upstreams.upstream
  if (upstream === undefined) return
  const mx = (exchange: string): ZoneRecord[] => [{ type: 'MX', data: { preference: 10, exchange } }]
  const ours: [string, ZoneRecord[]][] = [
    [ELSEWHERE.domain, mx(upstream.host)],
    [ELSEWHERE.nullMx, [{ type: 'MX', data: { preference: 0, exchange: '.' } }]],
    [ELSEWHERE.addressOnly, [{ type: 'A', data: upstream.address }]],
    [ELSEWHERE.looping, mx(rig.topology.host)],
  ]
  const added: Zone = { records: new Map([...ours, ...zone.records]), ancestors: zone.ancestors }
  rig.dns.zone = added
}
