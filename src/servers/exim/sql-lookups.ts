import type { Topology } from '../../topology/topology.ts'
import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RigAddresses } from '../addresses.ts'
import type { AccountLookups } from './lookup-texts.ts'
import { passwordInFile } from './password-lookup.ts'

/** Exim's lookup for a kind of SQL server (Exim specification §9.22). */
export type SqlLookup = 'pgsql' | 'mysql'

export const SQL: Readonly<Record<'postgresql' | 'mariadb', SqlLookup>> = { postgresql: 'pgsql', mariadb: 'mysql' }

/**
 * Lookups in the tables of src/servers/postgres/schema.ts and src/servers/mariadb/schema.ts. Several destinations come one
 * a line, which a redirect takes.
 */
export function sqlLookups(type: SqlLookup): AccountLookups {
  const quoted = (text: string) => `\${quote_${type}:${text}}`
  const is = (address: string) => `address = '${quoted(address)}'`
  const lookUp = (query: string, results = '') => `\${lookup ${type}{${query}}${results}}`
  const domain = `name = '${quoted('$domain')}'`
  return {
    // The list is expanded for each domain that is tested, and is then that domain or nothing.
    mailboxDomains: lookUp(`SELECT name FROM domains WHERE ${domain} AND kind = 'mailbox'`),
    virtualAliasDomains: lookUp(`SELECT name FROM domains WHERE ${domain} AND kind = 'alias'`),
    alias: (localPart, otherwise) =>
      lookUp(`SELECT destination FROM aliases WHERE ${is(`${localPart}@$domain`)}`, `{$value}${otherwise}`),
    mailbox: (localPart, otherwise) =>
      lookUp(`SELECT address FROM mailboxes WHERE ${is(`${localPart}@$domain`)}`, `{yes}${otherwise}`),
    catchAll: lookUp(`SELECT catch_all FROM domains WHERE ${domain}`),
    password: (identity) =>
      lookUp(
        `SELECT password FROM mailboxes WHERE ${is(`\${lc:${identity}}`)}`,
        `{\${base64:$value}}{${passwordInFile(identity)}}`,
      ),
  }
}

/** The option that says where the tables are (Exim specification §9.24). */
export function sqlServers(
  source: Topology['accounts'],
  { database }: RigAddresses,
): readonly [name: string, value: string][] {
  const { name, user, password } = ACCOUNT_DATABASE
  if (source === 'files' || source === 'ldap' || database === undefined) return []
  return [[`hide ${SQL[source]}_servers`, [database, name, user, password].join('/')]]
}
