import type { Topology } from '../../topology/topology.ts'
import { ownSenders } from '../own-senders.ts'
import { list, lsearchTable } from './config-text.ts'

/** The mailboxes in the mail store, `local-part@domain:`. */
export function mailboxTable(topology: Topology): string {
  return lsearchTable(
    Object.entries(topology.domains).flatMap(([domain, { mailboxes }]) =>
      Object.keys(mailboxes).map((local) => [`${local}@${domain}`, ''] as const),
    ),
  )
}

/** Aliases of mailbox domains and of virtual alias domains, `local-part@domain: recipient, …`. */
export function virtualAliasTable(topology: Topology): string {
  return lsearchTable(
    virtualDomains(topology).flatMap(([domain, { aliases }]) =>
      Object.entries(aliases).map(
        ([local, recipients]) => [`${local}@${domain}`, recipients.map(redirectItem).join(', ')] as const,
      ),
    ),
  )
}

/** `domain: recipient` where the domain has a catch-all. */
export function catchAllTable(topology: Topology): string {
  return lsearchTable(
    virtualDomains(topology).flatMap(([domain, { catchAll }]) =>
      catchAll === undefined ? [] : [[domain, redirectItem(catchAll)] as const],
    ),
  )
}

/** `address: address` for senders of mail that leaves. */
export function genericTable(topology: Topology): string {
  return lsearchTable(Object.entries(topology.rewriting.generic))
}

/**
 * AUTH identity → password, for mailboxes (`local-part@domain`) that are in files, and Unix accounts (`name`). In base64, as a table line
 * would lose blanks at the ends of a password and break at a newline.
 */
export function passwordTable(topology: Topology): string {
  const mailboxes =
    topology.accounts === 'files'
      ? Object.entries(topology.domains).flatMap(([domain, entry]) =>
          Object.entries(entry.mailboxes).map(([local, { password }]) => [`${local}@${domain}`, password] as const),
        )
      : []
  const accounts = Object.entries(topology.local?.accounts ?? {}).map(
    ([name, { password }]) => [name, password] as const,
  )
  return lsearchTable(
    [...mailboxes, ...accounts].map(([identity, password]) => [identity, Buffer.from(password).toString('base64')]),
  )
}

/** User → in whose name the user may send, a list of Exim. */
export function ownSendersTable(topology: Topology): string {
  return lsearchTable([...ownSenders(topology)].map(([user, addresses]) => [user, list(addresses)]))
}

/**
 * Of the aliases that Debian ships, those that a server cannot do without (RFC 5321 §4.5.1), and `nobody`, whose home
 * does not exist. The rest (abuse, webmaster, …) would make addresses known that the topology does not name.
 */
const ALWAYS_ALIASED = { 'mailer-daemon': ['postmaster'], postmaster: ['root'], nobody: ['root'] }

/** The system alias file, aliases(5). */
export function systemAliasFile(topology: Topology): string {
  const declared = topology.local?.aliases ?? {}
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
  const defaults = Object.entries(ALWAYS_ALIASED).filter(([name]) => !names.has(name) && !hasAccount(topology, name))
  return lsearchTable(
    [...defaults, ...Object.entries(declared)].map(([name, targets]) => [name, targets.map(aliasItem).join(', ')]),
  )
}

function hasAccount(topology: Topology, name: string): boolean {
  return Object.hasOwn(topology.local?.accounts ?? {}, name)
}

function virtualDomains(topology: Topology) {
  return [...Object.entries(topology.domains), ...Object.entries(topology.virtualAliasDomains)]
}

/** An address whose local part begins like a comment, pipe, file or keyword is quoted (Exim specification §22.7). */
function redirectItem(address: string): string {
  const at = address.lastIndexOf('@')
  return /^[#|/]/.test(address) ? `"${address.slice(0, at)}"${address.slice(at)}` : address
}

/** `|command with blanks` must be quoted to stay one item (aliases(5)). */
function aliasItem(target: string): string {
  return /^[|/]/.test(target) && /[\s,"]/.test(target) ? `"${target.replaceAll(/["\\]/g, '\\$&')}"` : target
}
