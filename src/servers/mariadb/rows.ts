import type { Topology } from '../../topology/topology.ts'
import { accountRows } from '../account-rows.ts'
import { quoted } from './literal.ts'

/** The statements that put a topology's domains, mailboxes and aliases into the tables of `SCHEMA`. */
export function mariadbRows(topology: Topology): string {
  return accountRows(topology, quoted)
}
