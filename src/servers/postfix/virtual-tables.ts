import type { Topology } from '../../topology/topology.ts'
import type { Table } from './table.ts'

/**
 * virtual(5): aliases and catch-alls of the mailbox domains and of the virtual alias domains.
 *
 * A catch-all `@domain` in this table is found before Postfix looks for a mailbox, and would take the mail of every
 * existing one. So each mailbox of a domain with a catch-all is written as an alias of itself.
 */
export function virtualAliases(topology: Topology): Table {
  const table: Table = {}
  for (const [name, domain] of Object.entries(topology.domains)) {
    if (domain.catchAll !== undefined) {
      for (const mailbox of Object.keys(domain.mailboxes)) table[`${mailbox}@${name}`] = `${mailbox}@${name}`
    }
    addAliases(table, name, domain)
  }
  for (const [name, domain] of Object.entries(topology.virtualAliasDomains)) addAliases(table, name, domain)
  return table
}

function addAliases(table: Table, name: string, domain: { aliases: Record<string, string[]>; catchAll?: string }) {
  for (const [alias, recipients] of Object.entries(domain.aliases)) table[`${alias}@${name}`] = recipients.join(', ')
  if (domain.catchAll !== undefined) table[`@${name}`] = domain.catchAll
}

/**
 * virtual_mailbox_maps: which recipients there are. The value would be a path for virtual(8); LMTP needs none, so it
 * only has to be there.
 */
export function virtualMailboxes(topology: Topology): Table {
  const table: Table = {}
  for (const [name, domain] of Object.entries(topology.domains)) {
    for (const mailbox of Object.keys(domain.mailboxes)) table[`${mailbox}@${name}`] = 'lmtp'
  }
  return table
}
