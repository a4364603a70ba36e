import type { Topology } from '../../topology/topology.ts'
import { listName } from './list-name.ts'
import { table } from './table.ts'

const UNKNOWN = 'error:5.1.1:550 User unknown'

/**
 * virtusertable: who is known in the mailbox domains and the virtual alias domains. A mailbox stands for itself, which
 * ends the look-up and leaves the address to the mailertable; every domain ends in its catch-all or a refusal.
 *
 * Where the accounts are in a directory, directory.ts has another.
 *
 * @see cf/README of sendmail, "VIRTUAL DOMAINS"
 */
export function virtusertable(topology: Topology): string {
  const rows: [string, string][] = []
  for (const [domain, { mailboxes, aliases, catchAll }] of Object.entries(domainsInFiles(topology))) {
    for (const name of Object.keys(mailboxes)) {
      rows.push([`${name}@${domain}`, `${name}@${domain}`])
      // %3 is the detail with its delimiter; without this entry the mailbox would be found and the detail lost.
      if (topology.recipientDelimiter === '+') rows.push([`${name}+*@${domain}`, `${name}%3@${domain}`])
    }
    rows.push(...aliasRows(domain, aliases), [`@${domain}`, catchAll ?? UNKNOWN])
  }
  for (const [domain, { aliases, catchAll }] of Object.entries(topology.virtualAliasDomains)) {
    rows.push(...aliasRows(domain, aliases), [`@${domain}`, catchAll ?? UNKNOWN])
  }
  return table('virtusertable', rows)
}

/** Who is on a server, the store knows: it refuses the others, and the mailertable hands it all. */
function domainsInFiles({ accounts, domains }: Topology): Topology['domains'] {
  return accounts === 'files' ? domains : {}
}

function aliasRows(domain: string, aliases: Record<string, string[]>): [string, string][] {
  return Object.entries(aliases).map(([name, to]) => [
    `${name}@${domain}`,
    to.length === 1 && to[0] !== undefined ? to[0] : listName(name, domain),
  ])
}
