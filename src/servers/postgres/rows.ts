import type { Topology } from '../../topology/topology.ts'

type Value = string | number | null

/** The statements that put a topology's domains, mailboxes and aliases into the tables of `SCHEMA`. */
export function accountRows({ domains, virtualAliasDomains }: Topology): string {
  const mailboxDomains = Object.entries(domains)
  const all = [...mailboxDomains, ...Object.entries(virtualAliasDomains)]
  return [
    insert(
      'domains',
      ['name', 'kind', 'catch_all'],
      [
        ...mailboxDomains.map(([name, { catchAll }]) => [name, 'mailbox', catchAll ?? null]),
        ...Object.entries(virtualAliasDomains).map(([name, { catchAll }]) => [name, 'alias', catchAll ?? null]),
      ],
    ),
    insert(
      'mailboxes',
      ['local_part', 'domain', 'password', 'quota_storage', 'quota_messages', 'quota_full'],
      mailboxDomains.flatMap(([domain, { mailboxes }]) =>
        Object.entries(mailboxes).map(([localPart, { password, quota }]) => [
          localPart.toLowerCase(),
          domain,
          password,
          quota?.storage ?? null,
          quota?.messages ?? null,
          quota?.full ?? 'refuse',
        ]),
      ),
    ),
    insert(
      'aliases',
      ['local_part', 'domain', 'destination'],
      all.flatMap(([domain, { aliases }]) =>
        Object.entries(aliases).flatMap(([localPart, destinations]) =>
          destinations.map((destination) => [localPart.toLowerCase(), domain, destination]),
        ),
      ),
    ),
  ].join('')
}

function insert(table: string, columns: string[], rows: Value[][]): string {
  if (rows.length === 0) return ''
  const values = rows.map((row) => `  (${row.map(literal).join(', ')})`)
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES\n${values.join(',\n')};\n`
}

/** A backslash is a character like others: standard_conforming_strings is on. */
function literal(value: Value): string {
  if (value === null) return 'NULL'
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}
