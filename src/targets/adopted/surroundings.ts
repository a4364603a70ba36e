import type { ZoneHandle } from '../../dns/server.ts'
import { buildZone, reverseName, type Zone, type ZoneRecord } from '../../dns/zone.ts'
import { DISTANT_ADDRESS } from '../../engine/distant-client.ts'
import type { UndoStack } from '../../rig/undo-stack.ts'
import type { World } from '../../rig/world.ts'
import type { RigAddresses } from '../../servers/addresses.ts'
import type { Topology } from '../../topology/topology.ts'
import { Upstream } from '../../upstream/upstream.ts'
import type { RigCertificate } from './plan.ts'
import type { Smarthost } from './world-names.ts'

export interface Surroundings {
  addresses: RigAddresses
  dns: ZoneHandle
  /** Every host elsewhere, the smarthost among them. */
  upstream: Upstream
}

/** The addresses of a host with this number. */
export async function addressesFor(world: World, number: number): Promise<RigAddresses> {
  const { lan, internet } = world.pair.networks
  const { address, port } = await world.listener(0)
  return {
    networks: {
      lan: { subnet: lan.subnet, gateway: lan.gateway },
      internet: { subnet: internet.subnet, gateway: internet.gateway },
    },
    mta: { lan: world.pair.address(number, 'lan'), internet: world.pair.address(number, 'internet') },
    dns: world.dns,
    upstreams: { upstream: { address, port, host: 'upstream.example' } },
    smtpPort: port,
  }
}

interface Wanted {
  addresses: RigAddresses
  world: Topology
  smarthosts: readonly Smarthost[]
  ended: AbortSignal
  /** False: DNS says of every name that it does not exist. */
  knowsNames: boolean
  /** TXT records of the host's own domains. */
  texts?: readonly { name: string; text: string }[]
}

/** DNS for the host under test, and an upstream that takes whatever it hands on, with any name and password. */
export async function openSurroundings(
  world: World,
  { addresses, world: topology, smarthosts, ended, knowsNames, texts = [] }: Wanted,
  undo: UndoStack,
): Promise<Surroundings> {
  const clients = [addresses.mta.lan, addresses.mta.internet]
  const zone = !knowsNames ? NOTHING : withStrangers(buildZone(topology, addresses), addresses, topology.host, texts)
  const dns = world.resolver.register(clients, zone)
  undo.push('the DNS zone', () => dns.unregister())
  const names: [string, ...string[]] = ['upstream.example', ...smarthosts.map(({ name }) => name)]
  const certificate: RigCertificate = await world.authority.issue({ names })
  const upstream = new Upstream({
    name: 'upstream',
    host: smarthosts[0]?.name ?? 'upstream.example',
    certificate,
    issue: async (flaw) => (flaw ? world.certificates.flawed('upstream.example', flaw) : certificate),
    ended,
    ...(smarthosts.length > 0 ? { tls: 'offered' as const } : {}),
  })
  // A smarthost lets its customers in; any name and password will do here.
  if (smarthosts.length > 0) upstream.on('auth', { delay: 0 })
  const { listener } = await world.listener(0)
  undo.push('the upstream', listener.register(clients, upstream))
  undo.push('the sessions of the upstream', () => upstream.close())
  for (const port of new Set(smarthosts.map(({ port: number }) => number))) {
    if (port === 25) continue
    const { listener: other } = await world.listener(0, port)
    const door = { port, implicit: port === IMPLICIT_TLS }
    undo.push(`port ${port} of the upstream`, other.register(clients, upstream, door))
  }
  return { addresses, dns, upstream }
}

/** Where TLS begins with the first octet (RFC 8314 §3.3). */
const IMPLICIT_TLS = 465

/** Answers the names of a world while a host starts of which nobody knows yet what names it has. */
export function registerNames(world: World, addresses: RigAddresses, topology: Topology): ZoneHandle {
  const zone = withStrangers(buildZone(topology, addresses), addresses, topology.host)
  return world.resolver.register([addresses.mta.lan, addresses.mta.internet], zone)
}

/** A world without names. */
const NOTHING: Zone = { records: new Map(), ancestors: new Set(['']) }

/** Domains elsewhere that checks count on, each odd in one way (RFC 7505, RFC 5321 §5.1). */
export const ODD_DOMAINS = {
  domain: 'elsewhere.example',
  missing: 'missing.example',
  nullMx: 'null-mx.example',
  addressOnly: 'address-only.example',
  looping: 'looping.example',
} as const

/** The zone with those domains, and with a name for clients that are on no network of the rig. */
function withStrangers(
  zone: Zone,
  { upstreams }: RigAddresses,
  host: string,
  texts: readonly { name: string; text: string }[] = [],
): Zone {
  const { upstream } = upstreams
  if (upstream === undefined) return zone
  const mx = (exchange: string, preference = 10): ZoneRecord[] => [{ type: 'MX', data: { preference, exchange } }]
  const more: [string, ZoneRecord[]][] = [
    [ODD_DOMAINS.nullMx, mx('.', 0)],
    [ODD_DOMAINS.addressOnly, [{ type: 'A', data: upstream.address }]],
    [ODD_DOMAINS.looping, mx(host)],
    [STRANGER, [{ type: 'A', data: DISTANT_ADDRESS }]],
    [reverseName(DISTANT_ADDRESS), [{ type: 'PTR', data: STRANGER }]],
    ...texts.map(({ name, text }): [string, ZoneRecord[]] => [
      name.toLowerCase(),
      [{ type: 'TXT', data: stringsOf(text) }],
    ]),
  ]
  const labels = more.flatMap(([name]) => name.split('.').map((_, index, all) => all.slice(index + 1).join('.')))
  return { records: new Map([...more, ...zone.records]), ancestors: new Set([...zone.ancestors, ...labels]) }
}

/** A text in strings of at most 255 octets (RFC 1035 §3.3.14). */
function stringsOf(text: string): Buffer[] {
  return (text.match(/.{1,255}/gs) ?? []).map((part) => Buffer.from(part))
}

const STRANGER = 'stranger.example'
