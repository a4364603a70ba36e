import type { Topology } from '../../topology/topology.ts'
import type { Table } from './table.ts'

/**
 * smtp_generic_maps, generic(5): addresses on mail that leaves.
 *
 * Masquerading is an entry here, too: masquerade_domains would rewrite every host below the domain, not this one.
 */
export function genericAddresses(topology: Topology): Table {
  const { generic, masqueradeAs } = topology.rewriting
  return {
    ...generic,
    ...(masqueradeAs === undefined ? {} : { [`@${topology.host}`]: `@${masqueradeAs}` }),
  }
}

/**
 * recipient_canonical_maps, canonical(5): recipient domain → domain, in envelope and header.
 *
 * Where the new domain's addresses are known, they are listed one by one, so that an unknown one is refused at RCPT;
 * with `@old @new`, smtpd(8) believes that every address exists.
 */
export function canonicalRecipients(topology: Topology): Table {
  const table: Table = {}
  for (const [from, to] of Object.entries(topology.rewriting.domains)) {
    const known = knownLocalParts(topology, to)
    if (known === undefined) table[`@${from}`] = `@${to}`
    else for (const localPart of known) table[`${localPart}@${from}`] = `${localPart}@${to}`
  }
  return table
}

/** Domains mail is accepted for only because they are rewritten to one that mail is accepted for. */
export function rewrittenDomains(topology: Topology): string[] {
  const accepted = [
    ...Object.keys(topology.domains),
    ...Object.keys(topology.virtualAliasDomains),
    ...(topology.local?.domains ?? [topology.host]),
    ...topology.relayDomains,
  ]
  return Object.entries(topology.rewriting.domains)
    .filter(([from, to]) => accepted.includes(to) && !accepted.includes(from))
    .map(([from]) => from)
}

function knownLocalParts(topology: Topology, name: string): string[] | undefined {
  const mailboxDomain = topology.domains[name]
  const domain = mailboxDomain ?? topology.virtualAliasDomains[name]
  if (domain === undefined || domain.catchAll !== undefined) return undefined
  return [...Object.keys(mailboxDomain?.mailboxes ?? {}), ...Object.keys(domain.aliases)]
}
