import type { Topology } from '../../topology/topology.ts'
import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import type { Parameters } from './parameters.ts'
import { PATHS } from './paths.ts'
import { rewrittenDomains } from './rewriting-tables.ts'

/**
 * Where the accounts are in tables: the parameters that name domains and recipients, each a pgsql_table(5).
 *
 * The order of the alias maps settles who wins: Postfix asks all of them for `user@domain` before it asks any for
 * `@domain`, and the mailboxes stand among them as aliases of themselves, or a catch-all would take their mail.
 */
export function accountMaps(topology: Topology): Parameters {
  const { aliases, mailboxes, catchAlls, mailboxDomains, aliasDomains } = PATHS.pgsql
  return {
    virtual_alias_maps: [aliases, mailboxes, catchAlls].map(pgsql).join(', '),
    virtual_alias_domains: [...rewrittenDomains(topology), pgsql(aliasDomains)].join(', '),
    virtual_mailbox_domains: pgsql(mailboxDomains),
    virtual_mailbox_maps: pgsql(mailboxes),
  }
}

function pgsql(path: string): string {
  return `pgsql:${path}`
}

/** The files that `accountMaps` names. Postfix puts what it looks up for `%s`, escaped. */
export function accountMapFiles({ addresses }: RenderContext): ServerFile[] {
  const { database } = addresses
  if (database === undefined) return []
  const { aliases, mailboxes, catchAlls, mailboxDomains, aliasDomains } = PATHS.pgsql
  const file = (path: string, query: string): ServerFile => ({
    path,
    content: [
      `hosts = ${database}`,
      `dbname = ${ACCOUNT_DATABASE.name}`,
      `user = ${ACCOUNT_DATABASE.user}`,
      `password = ${ACCOUNT_DATABASE.password}`,
      `query = ${query}`,
      '',
    ].join('\n'),
    mode: 0o600,
  })
  return [
    file(aliases, "SELECT destination FROM aliases WHERE address = '%s'"),
    file(mailboxes, "SELECT address FROM mailboxes WHERE address = '%s'"),
    file(catchAlls, "SELECT catch_all FROM domains WHERE '@' || name = '%s' AND catch_all IS NOT NULL"),
    file(mailboxDomains, "SELECT name FROM domains WHERE name = '%s' AND kind = 'mailbox'"),
    file(aliasDomains, "SELECT name FROM domains WHERE name = '%s' AND kind = 'alias'"),
  ]
}
