import { isIPv4 } from 'node:net'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { duplicateProblems } from './duplicates.ts'
import { hopProblems, namedHops, resolveHop } from './hops.ts'
import { problemsIn } from './issues.ts'
import type { MailboxDomain, Topology } from './model.ts'
import { mailAddress, quote } from './names.ts'
import { formatPath } from './path.ts'
import type { ParsedTopology, TopologyInput } from './schema.ts'
import { storeSettings, topologySchema } from './schema.ts'
import { storeProblems } from './store-problems.ts'
import { resolveSubmission, tlsProblems } from './tls.ts'
import { type Problem, TopologyError } from './topology-error.ts'

export type { Hop } from './hops.ts'
export type { Mailbox, MailboxDomain, Submission, Topology, VirtualAliasDomain } from './model.ts'
export { type Problem, TopologyError } from './topology-error.ts'

/**
 * Checks a topology and fills in what it leaves out.
 *
 * @throws {TopologyError} naming every wrong place, its value and what is allowed there.
 * @example
 * parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } } }).host // 'mx.example.com'
 */
export function parseTopology(input: TopologyInput): Topology {
  const schema = topologySchema()
  const result = schema.safeParse(input)
  const problems = [...problemsIn(schema, result.error?.issues ?? [], input), ...duplicateProblems(schema, input)]
  if (!result.success || problems.length > 0) throw new TopologyError(problems)
  return resolve(result.data)
}

/** The names that tie one part of a topology to another, checked and completed. */
function resolve(parsed: ParsedTopology): Topology {
  const problems: Problem[] = []
  const names = [
    ...Object.keys(parsed.domains),
    ...Object.keys(parsed.virtualAliasDomains),
    ...(parsed.local?.domains ?? []),
  ]
  const host = parsed.host ?? `mx.${names[0] ?? 'example.com'}`

  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) {
      problems.push({
        path: formatPath(['domains', name]),
        message: `${quote(name)} is declared twice: a domain is mailbox, virtual alias or local`,
      })
    }
  }
  for (const name of parsed.relayDomains) {
    if (names.includes(name))
      problems.push({ path: 'relayDomains', message: `${quote(name)} is also a domain of this server` })
  }

  const { mailboxQuota = Number.POSITIVE_INFINITY } = parsed.local ?? {}
  if (mailboxQuota < parsed.limits.messageSize) {
    problems.push({
      path: 'local.mailboxQuota',
      message: `${mailboxQuota} octets do not hold a message of limits.messageSize, ${parsed.limits.messageSize}`,
    })
  }

  const upstreams = parsed.upstreams.includes('upstream') ? parsed.upstreams : ['upstream', ...parsed.upstreams]
  const checkUpstream = (name: string, path: PropertyKey[]) => {
    if (!upstreams.includes(name)) {
      problems.push({
        path: formatPath(path),
        message: `there is no upstream ${quote(name)}; ${oneOfThese(name, upstreams)}`,
      })
    }
  }
  for (const { path, hop } of namedHops(parsed)) checkUpstream(hop.upstream, path)
  for (const [domain, remote] of Object.entries(parsed.internet)) {
    problems.push(...cnameProblems(domain, remote))
    for (const [index, address] of remote.a.entries()) {
      if (!isIPv4(address)) checkUpstream(address, ['internet', domain, 'a', index])
    }
    for (const [index, mx] of remote.mx.entries()) {
      if (mx.upstream !== undefined) checkUpstream(mx.upstream, ['internet', domain, 'mx', index, 'upstream'])
      if ((mx.upstream === undefined) === (mx.host === undefined)) {
        problems.push({
          path: formatPath(['internet', domain, 'mx', index]),
          message: 'name either an upstream or a host',
        })
      }
    }
  }

  problems.push(...clientProblems(parsed))
  problems.push(...hopProblems(parsed))
  problems.push(...tlsProblems(parsed))
  problems.push(...storeProblems(parsed))
  const domains = Object.fromEntries(
    Object.entries(parsed.domains).map(([name, domain]) => [name, resolveMailboxDomain(name, domain, problems)]),
  )
  if (problems.length > 0) throw new TopologyError(problems)

  const { local, smarthost, routes, senderRoutes, ...rest } = parsed
  const complete = (hops: typeof routes) =>
    Object.fromEntries(Object.entries(hops).map(([name, hop]) => [name, resolveHop(hop, parsed.outboundTls)]))
  return {
    ...rest,
    tlsMinimum: parsed.tlsMinimum ?? 'TLSv1.2',
    submission: resolveSubmission(parsed),
    ...(smarthost ? { smarthost: resolveHop(smarthost, parsed.outboundTls) } : {}),
    routes: complete(routes),
    senderRoutes: complete(senderRoutes),
    host,
    origin: parsed.origin ?? host,
    domains,
    virtualAliasDomains: parsed.virtualAliasDomains as Topology['virtualAliasDomains'],
    store: parsed.store ?? storeSettings.parse({}),
    upstreams,
    internet: {
      'client.example': { mx: [{ preference: 10, upstream: 'upstream' }], txt: [], a: [], aaaa: [] },
      ...parsed.internet,
    },
    ...(local ? { local: { ...local, domains: [...new Set([host, ...local.domains])] } } : {}),
  }
}

function clientProblems({ clients, dnsbl, internet, proxyProtocol }: ParsedTopology): Problem[] {
  const names = Object.keys(clients)
  const problems = names
    .filter((name) => name in internet || name === 'client.example')
    .map((name) => ({
      path: formatPath(['clients', name]),
      message: 'the name is taken: it is in `internet`, or `client.example`',
    }))
  for (const [list, { listed }] of Object.entries(dnsbl)) {
    for (const client of Object.keys(listed)) {
      if (['lan', 'internet', ...names].includes(client) || isIPv4(client)) continue
      problems.push({
        path: formatPath(['dnsbl', list, 'listed', client]),
        message: `there is no client ${quote(client)}; ${oneOfThese(client, names)}`,
      })
    }
  }
  if (proxyProtocol && [25, 465, 587].includes(proxyProtocol.port)) {
    problems.push({
      path: 'proxyProtocol.port',
      message: 'this port is for clients that say nothing before; take another',
    })
  }
  return problems
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

function resolveMailboxDomain(
  name: string,
  domain: ParsedTopology['domains'][string],
  problems: Problem[],
): MailboxDomain {
  const known = [...Object.keys(domain.mailboxes), ...Object.keys(domain.aliases)]
  const complete = (recipient: string, path: PropertyKey[]): string => {
    if (recipient.includes('@')) {
      const address = mailAddress.safeParse(recipient)
      if (!address.success) problems.push({ path: formatPath(path), message: `${quote(recipient)} is not an address` })
      return address.data ?? recipient
    }
    if (!known.includes(recipient)) {
      problems.push({
        path: formatPath(path),
        message: `${name} has no mailbox or alias ${quote(recipient)}; ${oneOfThese(recipient, known, 'it has')}`,
      })
    }
    return `${recipient}@${name}`
  }
  for (const alias of Object.keys(domain.aliases)) {
    if (alias in domain.mailboxes) {
      problems.push({
        path: formatPath(['domains', name, 'aliases', alias]),
        message: `${quote(alias)} is a mailbox of ${name} as well`,
      })
    }
  }
  return {
    mailboxes: domain.mailboxes,
    aliases: Object.fromEntries(
      Object.entries(domain.aliases).map(([alias, to]) => [
        alias,
        to.map((recipient) => complete(recipient, ['domains', name, 'aliases', alias])),
      ]),
    ),
    ...(domain.catchAll === undefined ? {} : { catchAll: complete(domain.catchAll, ['domains', name, 'catchAll']) }),
  }
}
