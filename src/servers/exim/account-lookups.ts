import type { Topology } from '../../topology/topology.ts'
import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RigAddresses } from '../addresses.ts'
import { list } from './config-text.ts'
import { PATHS } from './paths.ts'

/**
 * How Exim asks who there is: texts for its string expander. `localPart` is an expansion too, of what is looked up;
 * `otherwise` stands for the result where nothing is found, in braces, or `fail`.
 */
export interface AccountLookups {
  /** Values of the named domain lists. */
  mailboxDomains: string
  virtualAliasDomains: string
  alias(localPart: string, otherwise: string): string
  mailbox(localPart: string, otherwise: string): string
  catchAll: string
  /** In base64, of a mailbox or a Unix account; forces a failure where there is none. */
  password(identity: string): string
}

export function accountLookups(topology: Topology, { database }: RigAddresses): AccountLookups {
  return database === undefined ? fromFiles(topology) : FROM_TABLES
}

function fromFiles(topology: Topology): AccountLookups {
  const address = (localPart: string) => `${localPart}@$domain`
  return {
    mailboxDomains: list(Object.keys(topology.domains)),
    virtualAliasDomains: list(Object.keys(topology.virtualAliasDomains)),
    alias: (localPart, otherwise) => lsearch(address(localPart), PATHS.virtualAliases, '{$value}', otherwise),
    mailbox: (localPart, otherwise) => lsearch(address(localPart), PATHS.mailboxes, '{yes}', otherwise),
    catchAll: `\${lookup{$domain}lsearch{${PATHS.catchAll}}}`,
    password: passwordInFile,
  }
}

function lsearch(key: string, path: string, found: string, otherwise: string): string {
  return `\${lookup{${key}}lsearch{${path}}${found}${otherwise}}`
}

function passwordInFile(identity: string): string {
  return lsearch(identity, PATHS.passwords, '{$value}', 'fail')
}

/** src/servers/postgres/schema.ts has the tables. Several destinations come one a line, which a redirect takes. */
const FROM_TABLES: AccountLookups = {
  // The list is expanded for each domain that is tested, and is then that domain or nothing.
  mailboxDomains: pgsql(`SELECT name FROM domains WHERE name = '${quoted('$domain')}' AND kind = 'mailbox'`),
  virtualAliasDomains: pgsql(`SELECT name FROM domains WHERE name = '${quoted('$domain')}' AND kind = 'alias'`),
  alias: (localPart, otherwise) =>
    pgsql(`SELECT destination FROM aliases WHERE ${is(`${localPart}@$domain`)}`, `{$value}${otherwise}`),
  mailbox: (localPart, otherwise) =>
    pgsql(`SELECT address FROM mailboxes WHERE ${is(`${localPart}@$domain`)}`, `{yes}${otherwise}`),
  catchAll: pgsql(`SELECT catch_all FROM domains WHERE name = '${quoted('$domain')}'`),
  password: (identity) =>
    pgsql(
      `SELECT password FROM mailboxes WHERE ${is(`\${lc:${identity}}`)}`,
      `{\${base64:$value}}{${passwordInFile(identity)}}`,
    ),
}

function pgsql(query: string, results = ''): string {
  return `\${lookup pgsql{${query}}${results}}`
}

function is(address: string): string {
  return `address = '${quoted(address)}'`
}

function quoted(text: string): string {
  return `\${quote_pgsql:${text}}`
}

/** The option that says where the tables are, Exim specification §9.24. */
export function pgsqlServers({ database }: RigAddresses): readonly [name: string, value: string][] {
  const { name, user, password } = ACCOUNT_DATABASE
  return database === undefined ? [] : [['hide pgsql_servers', [database, name, user, password].join('/')]]
}
