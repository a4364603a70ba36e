import type { Topology } from '../topology/topology.ts'

export type Value = string | number | null

/**
 * The statements that put a topology's domains, mailboxes and aliases into the tables of an SQL server.
 *
 * @param literal how the server writes a value
 */
export function accountRows({ domains, virtualAliasDomains }: Topology, literal: (value: Value) => string): string {
  const mailboxDomains = Object.entries(domains)
  const all = [...mailboxDomains, ...Object.entries(virtualAliasDomains)]
  const insert = (table: string, columns: string[], rows: Value[][]): string => {
    if (rows.length === 0) return ''
    const values = rows.map((row) => `  (${row.map(literal).join(', ')})`)
    return `INSERT INTO ${table} (${columns.join(', ')}) VALUES\n${values.join(',\n')};\n`
  }
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
