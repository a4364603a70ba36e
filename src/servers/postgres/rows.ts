import type { Topology } from '../../topology/topology.ts'
import { accountRows, type Value } from '../account-rows.ts'

/** The statements that put a topology's domains, mailboxes and aliases into the tables of `SCHEMA`. */
export function postgresRows(topology: Topology): string {
  return accountRows(topology, literal)
}

/** A backslash is a character like others: standard_conforming_strings is on. */
function literal(value: Value): string {
  if (value === null) return 'NULL'
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}
