import type { TopologyInput } from '../../../topology/schema.ts'
import type { Facts } from '../../facts.ts'

/**
 * Why a target that mailrig did not configure is not the world that a topology declares; undefined where it is, as far as
 * the topology asks. What cannot be told counts as missing: a test would fail for a reason that is none of the server's.
 *
 * @example
 * misfit({ domains: { 'example.com': { mailboxes: ['jim'] } } }, facts) // 'it has no mailbox jim@example.com …'
 */
export function misfit(topology: TopologyInput, facts: Facts): string | undefined {
  for (const [key, value] of Object.entries(topology)) {
    if (value === undefined) continue
    const held = HELD[key as keyof TopologyInput]
    if (held === undefined) return `mailrig cannot tell whether it has what the topology says by \`${key}\``
    const reason = held(value as never, facts)
    if (reason !== undefined) return reason
  }
  return undefined
}

type Held = { [K in keyof TopologyInput]?: (value: NonNullable<TopologyInput[K]>, facts: Facts) => string | undefined }

const HELD: Held = {
  host: (host, facts) => (host === facts.host ? undefined : `its name is ${facts.host}, not ${host}`),
  domains: (domains, facts) => first(Object.entries(domains), ([name, domain]) => ofDomain(name, domain, facts)),
  virtualAliasDomains: (domains, facts) =>
    first(Object.entries(domains), ([name, { aliases = {}, catchAll }]) =>
      catchAll === undefined
        ? (unknownDomain(name, facts) ?? ofAliases(name, aliases, facts))
        : `mailrig cannot tell where the catch-all of ${name} leads`,
    ),
  relayDomains: (names, { domains }) => {
    const missing = names.find((name) => !domains.some((one) => one.name === name && one.kind === 'relay'))
    return missing === undefined ? undefined : `it does not relay for ${missing}`
  },
  trustedNetworks: (networks, { trusted }) => {
    const missing = networks.find((network) => !trusted.some((side) => side === network))
    return missing === undefined ? undefined : `it does not trust clients of ${missing}, or mailrig cannot tell`
  },
  recipientDelimiter: (delimiter, facts) =>
    (delimiter ?? '') === (facts.recipientDelimiter ?? '')
      ? undefined
      : `its recipient delimiter is ${JSON.stringify(facts.recipientDelimiter ?? '')}, not ${JSON.stringify(delimiter ?? '')}`,
  // Of the world around, not of the server: every host elsewhere is there, by its name alone.
  internet: (names) =>
    Array.isArray(names) || Object.values(names).every((one) => Object.keys(one as object).length === 0)
      ? undefined
      : 'the names elsewhere are plain there, and the topology says more of some by `internet`',
  upstreams: (names) =>
    names.every((name) => name === 'upstream') ? undefined : 'it has one upstream, and the topology declares more',
}

type Domain = NonNullable<TopologyInput['domains']>[string]

function ofDomain(name: string, { mailboxes = [], aliases = {}, catchAll }: Domain, facts: Facts): string | undefined {
  const unknown = unknownDomain(name, facts)
  if (unknown !== undefined) return unknown
  const locals: [string, object][] = Array.isArray(mailboxes)
    ? mailboxes.map((local) => [String(local), {}])
    : Object.entries(mailboxes as Record<string, object>)
  const settings = locals.find(([, one]) => Object.keys(one).some((key) => key !== 'password'))
  if (settings) return `mailrig cannot tell whether ${settings[0]}@${name} has what the topology says of it`
  const missing = locals.find(
    ([local]) => !facts.accounts.some((one) => one.address === `${local}@${name}` && one.password !== undefined),
  )
  if (missing) {
    return `it has no mailbox ${missing[0]}@${name} whose password is known; declare it in \`accounts\` of mailrig.yaml`
  }
  if (catchAll !== undefined) return `mailrig cannot tell where the catch-all of ${name} leads`
  return ofAliases(name, aliases, facts)
}

function unknownDomain(name: string, { domains }: Facts): string | undefined {
  if (domains.some((one) => one.name === name)) return undefined
  return `it has no domain ${name}; it has ${domains.map((one) => one.name).join(', ') || 'none'}`
}

function ofAliases(name: string, aliases: Record<string, string | string[]>, facts: Facts): string | undefined {
  return first(Object.entries(aliases), ([local, targets]) => {
    const address = `${local}@${name}`
    const found = facts.aliases.find((one) => one.address === address)
    if (!found) return `it has no alias ${address}, or mailrig cannot tell; declare it in \`aliases\` of mailrig.yaml`
    const whole = [targets].flat().map((target) => (target.includes('@') ? target : `${target}@${name}`))
    const same = whole.length === found.to.length && whole.every((one) => found.to.includes(one))
    return same ? undefined : `its alias ${address} leads to ${found.to.join(', ')}, not to ${whole.join(', ')}`
  })
}

function first<T>(list: readonly T[], reasonOf: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const reason = reasonOf(one)
    if (reason !== undefined) return reason
  }
  return undefined
}
