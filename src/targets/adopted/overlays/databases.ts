import type { PlannedOverlay } from '../overlay.ts'
import { type SqlQuery, type SqlTable, sqlQueries, tableOf } from '../sql-queries.ts'
import type { Survey } from '../survey.ts'
import type { TestAccount } from '../test-account.ts'

/** What answers where the user gave no dump of the database. */
export interface DeclaredRows {
  domain: string
  accounts: readonly TestAccount[]
}

/** Starts MariaDB as Debian has it, and waits until it answers; 60 s are far more than it needs. */
const START = `
mkdir -p /run/mysqld && chown mysql: /run/mysqld
mariadbd --user=mysql --bind-address=127.0.0.1 > /dev/null 2>&1 &
for try in $(seq 600); do mariadb-admin ping > /dev/null 2>&1 && exit 0; sleep 0.1; done
echo "MariaDB does not answer" >&2
exit 1`

/**
 * The databases that the configuration names: a real MariaDB, with their names, users and passwords, filled with the
 * user's dump, or with tables made of the queries and with rows for the test accounts.
 */
export function databaseOverlays(survey: Survey, rows: DeclaredRows, seed: string | undefined): PlannedOverlay[] {
  const queries = sqlQueries(survey).filter(({ driver, database }) => driver === 'mysql' && /^[\w-]+$/.test(database))
  const names = [...new Set(queries.map(({ database }) => database))]
  return names.map((name, index) => {
    const own = queries.filter(({ database }) => database === name)
    const tables = mergedTables(own)
    const fill = seed ?? fillSql(tables, own, rows)
    return {
      kind: 'databases' as const,
      path: name,
      what:
        seed === undefined
          ? `a MariaDB with tables made of the queries (${tables.map((table) => table.name).join(', ')}), and rows for the test accounts`
          : 'a MariaDB filled with the dump that was given',
      why: 'nothing would answer: 451 4.3.0 Temporary lookup failure',
      from: own[0]?.from ?? '',
      steps: [
        ...(index === 0 ? [{ run: ['sh', '-c', START] }] : []),
        { run: ['mariadb'], input: accessSql(name, own) },
        { run: ['mariadb', name], input: fill },
      ],
    }
  })
}

function accessSql(database: string, queries: readonly SqlQuery[]): string {
  const users = new Map(queries.map(({ user, password }) => [user, password]))
  return [
    `CREATE DATABASE IF NOT EXISTS \`${database}\`;`,
    ...[...users].flatMap(([user, password]) =>
      ['localhost', '127.0.0.1', '%'].flatMap((host) => [
        `CREATE USER IF NOT EXISTS ${quote(user)}@${quote(host)} IDENTIFIED BY ${quote(password)};`,
        `GRANT ALL ON \`${database}\`.* TO ${quote(user)}@${quote(host)};`,
      ]),
    ),
    '',
  ].join('\n')
}

function mergedTables(queries: readonly SqlQuery[]): { name: string; columns: Set<string> }[] {
  const tables = new Map<string, Set<string>>()
  for (const query of queries) {
    const table = tableOf(query)
    if (!table) continue
    const columns = tables.get(table.name) ?? new Set<string>()
    for (const column of table.columns) columns.add(column)
    tables.set(table.name, columns)
  }
  return [...tables].map(([name, columns]) => ({ name, columns }))
}

/** Whose answers name a domain, and whose an account. Of aliases there are none. */
const OF_DOMAINS = /^(?:virtual_mailbox_domains|virtual_alias_domains)$/
const OF_ACCOUNTS = /^(?:virtual_mailbox_maps|password_query|user_query|smtpd_sender_login_maps)$/

function fillSql(
  tables: readonly { name: string; columns: Set<string> }[],
  queries: readonly SqlQuery[],
  { domain, accounts }: DeclaredRows,
): string {
  const create = tables.map(({ name, columns }) => {
    const all = [...columns].map((column) => `\`${column}\` VARCHAR(255) DEFAULT ${quote(usual(column))}`)
    return `CREATE TABLE \`${name}\` (${all.join(', ') || 'id INT'});`
  })
  const rows = new Map<string, Map<string, Record<string, string>>>()
  const put = (table: SqlTable, key: string, row: Record<string, string>) => {
    const known = rows.get(table.name) ?? new Map<string, Record<string, string>>()
    rows.set(table.name, known.set(key, { ...known.get(key), ...row }))
  }
  for (const query of queries) {
    const table = tableOf(query)
    if (!table) continue
    if (query.purpose === 'virtual_mailbox_domains' || OF_DOMAINS.test(query.purpose)) {
      put(table, domain, rowFor(table, { address: domain, localPart: domain, domain, password: '' }))
    } else if (OF_ACCOUNTS.test(query.purpose)) {
      for (const { address, password } of accounts) {
        const [localPart = ''] = address.split('@')
        put(table, address, rowFor(table, { address, localPart, domain, password }))
      }
    }
  }
  const insert = [...rows].flatMap(([name, own]) =>
    [...own.values()].map((row) => {
      const columns = Object.keys(row).map((column) => `\`${column}\``)
      return `INSERT INTO \`${name}\` (${columns.join(', ')}) VALUES (${Object.values(row).map(quote).join(', ')});`
    }),
  )
  return `${[...create, ...insert].join('\n')}\n`
}

interface Person {
  address: string
  localPart: string
  domain: string
  password: string
}

function rowFor(table: SqlTable, person: Person): Record<string, string> {
  const row: Record<string, string> = {}
  for (const [column, alias] of table.selected) {
    const value = answer(alias, column, person)
    if (value !== undefined) row[column] = value
  }
  for (const [column, text] of table.compared) row[column] = substituted(text, person)
  return row
}

/** What a server expects to be told under this name; undefined: the default of the column. */
function answer(alias: string, column: string, { address, localPart, domain, password }: Person): string | undefined {
  const name = `${alias} ${column}`.toLowerCase()
  if (/pass/.test(name)) return password === '' ? undefined : `{PLAIN}${password}`
  if (/maildir|home|mailbox_path/.test(name)) return `${domain}/${localPart}/`
  if (/\b(?:user|username|email|address|login|destination|goto)\b/.test(name)) return address
  if (/\bdomain\b/.test(name)) return domain
  return undefined
}

function substituted(text: string, { address, localPart, domain }: Person): string {
  return text
    .replace(/%\{user *\| *username\}|%\{user *\| *domain\}|%\{user\}/g, (word) =>
      /username/.test(word) ? localPart : /domain/.test(word) ? domain : address,
    )
    .replace(
      /%L?[sunda]/g,
      (word) => ({ s: address, u: address, a: address, n: localPart, d: domain })[word.at(-1) ?? ''] ?? word,
    )
}

/** Flags are on, amounts are none. */
function usual(column: string): string {
  if (/active|enabled/i.test(column)) return '1'
  return /quota|bytes|size/i.test(column) ? '0' : ''
}

function quote(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`
}
