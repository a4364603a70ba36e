import { hopsOf } from '../../topology/hops.ts'
import type { Topology } from '../../topology/topology.ts'
import { ownSenders } from '../own-senders.ts'

/** Tables as files, table(5): a key, white space and what it leads to; or keys alone. */

/** Local aliases, aliases(5). Debian's postmaster leads to root. */
export function aliasFile({ local }: Topology): string {
  const aliases = { postmaster: ['root'], ...local?.aliases }
  return Object.entries(aliases)
    .map(([name, to]) => `${name.toLowerCase()}: ${to.map(target).join(', ')}\n`)
    .join('')
}

/** A command with white space or commas stands in quotation marks (aliases(5)). */
function target(to: string): string {
  if (!to.startsWith('|')) return to
  return /^\|"/.test(to) ? to : `"${to}"`
}

/** Aliases and catch-alls of all domains; a catch-all is `@domain` (table(5), "Aliasing tables"). */
export function virtualAliases({ domains, virtualAliasDomains }: Topology): string {
  return [...Object.entries(domains), ...Object.entries(virtualAliasDomains)]
    .flatMap(([domain, { aliases, catchAll }]) => [
      ...Object.entries(aliases).map(([name, to]) => `${name.toLowerCase()}@${domain} ${to.join(', ')}\n`),
      ...(catchAll === undefined ? [] : [`@${domain} ${catchAll}\n`]),
    ])
    .join('')
}

/** Addresses that have an alias of their own. */
export function aliasAddresses({ domains, virtualAliasDomains }: Topology): string[] {
  return [...Object.entries(domains), ...Object.entries(virtualAliasDomains)].flatMap(([domain, { aliases }]) =>
    Object.keys(aliases).map((name) => `${name}@${domain}`),
  )
}

/** Domains with a catch-all. */
export function catchAllDomains({ domains, virtualAliasDomains }: Topology): string[] {
  return [...Object.entries(domains), ...Object.entries(virtualAliasDomains)].flatMap(([domain, { catchAll }]) =>
    catchAll === undefined ? [] : [domain],
  )
}

/** Addresses of the mail store. */
export function mailboxAddresses({ domains }: Topology): string[] {
  return Object.entries(domains).flatMap(([domain, { mailboxes }]) =>
    Object.keys(mailboxes).map((name) => `${name}@${domain}`),
  )
}

/** Who may authenticate: mailboxes by address, Unix accounts by name. */
export function passwords({ domains, local }: Topology): string {
  const boxes = Object.entries(domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).map(([name, { password }]) => `${name}@${domain} ${password}\n`),
  )
  const accounts = Object.entries(local?.accounts ?? {}).map(([name, { password }]) => `${name} ${password}\n`)
  return [...boxes, ...accounts].join('')
}

/** In whose name each user may send. */
export function ownSendersTable(topology: Topology): string {
  return [...ownSenders(topology)].map(([user, addresses]) => `${user} ${addresses.join(', ')}\n`).join('')
}

/** Logins at next hops, by the upstream: it has one login wherever it is named. */
export function logins(topology: Topology): string {
  const named = hopsOf(topology).flatMap(({ upstream, auth }) => (auth ? [[upstream, auth] as const] : []))
  return [...new Map(named)].map(([upstream, { user, password }]) => `${upstream} ${user}:${password}\n`).join('')
}
