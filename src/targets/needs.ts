import type { Topology } from '../topology/topology.ts'

/** Whether a topology has a mail store: a mailbox, or Unix accounts that read their mail there. */
export function needsStore(topology: Topology): boolean {
  if (topology.store.localAccounts || needsDatabase(topology)) return true
  return Object.values(topology.domains).some((domain) => Object.keys(domain.mailboxes).length > 0)
}

/** A topology with its accounts in tables. It has a store even without a mailbox: rows may come later. */
export function needsDatabase(topology: Topology): boolean {
  return topology.accounts === 'postgresql'
}
