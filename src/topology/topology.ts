import { clientProblems } from './client-problems.ts'
import { duplicateProblems } from './duplicates.ts'
import { filterProblems } from './filter-problems.ts'
import { hopProblems, resolveHop } from './hops.ts'
import { ipv6Problems } from './ipv6-problems.ts'
import { problemsIn } from './issues.ts'
import type { Topology } from './model.ts'
import { domainProblems, limitProblems, ownDomains, upstreamProblems } from './name-problems.ts'
import { resolveMailboxDomain } from './resolve-domain.ts'
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
  const host = parsed.host ?? `mx.${ownDomains(parsed)[0] ?? 'example.com'}`
  const upstreams = parsed.upstreams.includes('upstream') ? parsed.upstreams : ['upstream', ...parsed.upstreams]
  const problems: Problem[] = [
    ...domainProblems(parsed),
    ...limitProblems(parsed),
    ...upstreamProblems(parsed, upstreams),
    ...clientProblems(parsed),
    ...ipv6Problems(parsed),
    ...hopProblems(parsed),
    ...tlsProblems(parsed),
    ...storeProblems(parsed),
    ...filterProblems(parsed, host),
  ]
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
