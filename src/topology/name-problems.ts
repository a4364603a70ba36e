import { isIPv4 } from 'node:net'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { namedHops } from './hops.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology } from './schema.ts'
import type { Problem } from './topology-error.ts'

/** The server's own domains, of each kind. */
export function ownDomains(parsed: ParsedTopology): string[] {
  return [...Object.keys(parsed.domains), ...Object.keys(parsed.virtualAliasDomains), ...(parsed.local?.domains ?? [])]
}

/** Domains that are declared as two things. */
export function domainProblems(parsed: ParsedTopology): Problem[] {
  const names = ownDomains(parsed)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...twice.map((name) => ({
      path: formatPath(['domains', name]),
      message: `${quote(name)} is declared twice: a domain is mailbox, virtual alias or local`,
    })),
    ...parsed.relayDomains
      .filter((name) => names.includes(name))
      .map((name) => ({ path: 'relayDomains', message: `${quote(name)} is also a domain of this server` })),
  ]
}

/** Limits that contradict each other. */
export function limitProblems({ local, limits }: ParsedTopology): Problem[] {
  const { mailboxQuota = Number.POSITIVE_INFINITY } = local ?? {}
  if (mailboxQuota >= limits.messageSize) return []
  return [
    {
      path: 'local.mailboxQuota',
      message: `${mailboxQuota} octets do not hold a message of limits.messageSize, ${limits.messageSize}`,
    },
  ]
}

/** Where the topology names an upstream that there is not, or an exchanger that is neither upstream nor host. */
export function upstreamProblems(parsed: ParsedTopology, upstreams: readonly string[]): Problem[] {
  const unknown = (name: string, path: PropertyKey[]): Problem[] =>
    upstreams.includes(name)
      ? []
      : [{ path: formatPath(path), message: `there is no upstream ${quote(name)}; ${oneOfThese(name, upstreams)}` }]
  return [
    ...namedHops(parsed).flatMap(({ path, hop }) => unknown(hop.upstream, path)),
    ...Object.entries(parsed.internet).flatMap(([domain, remote]) => [
      ...cnameProblems(domain, remote),
      ...remote.a.flatMap((address, index) =>
        isIPv4(address) ? [] : unknown(address, ['internet', domain, 'a', index]),
      ),
      ...remote.mx.flatMap((mx, index) => exchangerProblems(mx, ['internet', domain, 'mx', index], unknown)),
    ]),
  ]
}

function exchangerProblems(
  { upstream, host }: ParsedTopology['internet'][string]['mx'][number],
  path: PropertyKey[],
  unknown: (name: string, path: PropertyKey[]) => Problem[],
): Problem[] {
  return [
    ...(upstream === undefined ? [] : unknown(upstream, [...path, 'upstream'])),
    ...((upstream === undefined) === (host === undefined)
      ? [{ path: formatPath(path), message: 'name either an upstream or a host' }]
      : []),
  ]
}

/** RFC 1034 §3.6.2: where a CNAME is, nothing else is. */
function cnameProblems(domain: string, { cname, mx, a, aaaa, txt }: ParsedTopology['internet'][string]): Problem[] {
  if (cname === undefined || [mx, a, aaaa, txt].every((list) => list.length === 0)) return []
  return [
    {
      path: formatPath(['internet', domain, 'cname']),
      message: 'a name with a CNAME record has no other records; leave out mx, a, aaaa and txt',
    },
  ]
}
