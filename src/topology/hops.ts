import type { z } from 'zod'
import type { HopAuth, HopTls, hop as hopSchema } from './hop-schema.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** One of the rig's upstreams as next hop. */
export interface Hop {
  upstream: string
  tls: HopTls
  protocol: 'smtp' | 'lmtp'
  /** Undefined: port 25, wherever the upstream answers as that. */
  port?: number
  auth?: HopAuth
  /** To be tried in this order where this one cannot be reached. */
  fallback: Hop[]
}

type ParsedHop = z.output<typeof hopSchema>

/** With what is left out, and the others behind the first. */
export function resolveHop(parsed: ParsedHop, outboundTls: HopTls): Hop {
  const [first, ...others] = parsed.map(
    ({ upstream, protocol = 'smtp', tls = outboundTls, port = usualPort(protocol, tls), auth }): Hop => ({
      upstream,
      protocol,
      tls: protocol === 'lmtp' ? 'none' : tls,
      ...(port === undefined || port === 25 ? {} : { port }),
      ...(auth ? { auth } : {}),
      fallback: [],
    }),
  )
  if (!first) throw new RangeError('a next hop has at least one host')
  return { ...first, fallback: others }
}

function usualPort(protocol: Hop['protocol'], tls: HopTls): number | undefined {
  if (protocol === 'lmtp') return LMTP_PORT
  return isImplicit(tls) ? 465 : undefined
}

/** The one that servers of LMTP usually have; 25 must not be one of them (RFC 2033 §5). */
const LMTP_PORT = 24

/** Whether TLS comes before anything is said. */
export function isImplicit(tls: HopTls): boolean {
  return tls === 'implicit' || tls === 'implicit-verified'
}

/** Whether the certificate has to be right. */
export function isVerified(tls: HopTls): boolean {
  return tls === 'verified' || tls === 'implicit-verified'
}

/** A next hop and its fallbacks, in the order in which they are tried. */
export function hostsOf(hop: Hop): Hop[] {
  return [hop, ...hop.fallback]
}

/** Every next hop that a topology names, fallbacks included; one that is named twice stands there twice. */
export function hopsOf(topology: {
  smarthost?: Hop
  routes: Record<string, Hop>
  senderRoutes: Record<string, Hop>
}): Hop[] {
  return [
    ...(topology.smarthost ? [topology.smarthost] : []),
    ...Object.values(topology.routes),
    ...Object.values(topology.senderRoutes),
  ].flatMap(hostsOf)
}

/** Every next hop as it was written, with its place. */
export function namedHops({
  smarthost,
  routes,
  senderRoutes,
}: ParsedTopology): { path: PropertyKey[]; hop: ParsedHop[number] }[] {
  const all = [
    ...(smarthost ? [{ path: ['smarthost'], hop: smarthost }] : []),
    ...Object.entries(routes).map(([domain, hop]) => ({ path: ['routes', domain], hop })),
    ...Object.entries(senderRoutes).map(([sender, hop]) => ({ path: ['senderRoutes', sender], hop })),
  ]
  return all.flatMap(({ path, hop }) =>
    hop.map((one, index) => ({ path: hop.length === 1 ? path : [...path, index], hop: one })),
  )
}

/** Servers know a next hop by its host, so what holds for an upstream as next hop holds wherever it is one. */
export function hopProblems(parsed: ParsedTopology): Problem[] {
  const problems: Problem[] = []
  const said = new Map<string, { way: string; path: string }>()
  for (const { path, hop } of namedHops(parsed)) {
    const { protocol = 'smtp', tls, auth } = hop
    if (protocol === 'lmtp' && (tls !== undefined || auth !== undefined || hop.port === 25)) {
      problems.push({
        path: formatPath(path),
        message: 'by LMTP there is neither TLS nor a login here, and port 25 is that of SMTP (RFC 2033 §5)',
      })
    }
    const port = hop.port ?? usualPort(protocol, tls ?? parsed.outboundTls) ?? 25
    const way = JSON.stringify([port, auth, protocol])
    const before = said.get(hop.upstream)
    if (!before) said.set(hop.upstream, { way, path: formatPath(path) })
    else if (before.way !== way) {
      problems.push({
        path: formatPath(path),
        message: `the upstream ${quote(hop.upstream)} has another port, protocol or login here than by ${before.path}; name another upstream`,
      })
    }
  }
  return problems
}
