import { randomBytes } from 'node:crypto'
import type { Run } from '../engine/labels.ts'
import type { Topology } from '../topology/topology.ts'

/**
 * The volume on the directory that the MTA's local delivery agent writes and the store reads: a directory of one host,
 * which is two containers here. None where the store reads nothing of the MTA's.
 */
export function sharedSpool(run: Run, { store, local }: Topology): { volumes?: Record<string, string> } {
  if (!store.localAccounts) return {}
  const path = local?.mailboxFormat === 'maildir' ? '/home' : '/var/mail'
  return { volumes: { [path]: `mailrig-${run.id}-${randomBytes(4).toString('hex')}-spool` } }
}
