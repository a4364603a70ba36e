import type { Topology } from '../topology/topology.ts'

/** Whether a topology has a mail store: a mailbox, or Unix accounts that read their mail there. */
export function needsStore(topology: Topology): boolean {
  if (topology.store.localAccounts || needsDatabase(topology)) return true
  return Object.values(topology.domains).some((domain) => Object.keys(domain.mailboxes).length > 0)
}

/** A topology whose accounts are not in files. It has a store even without a mailbox: accounts may come later. */
export function needsDatabase(topology: Topology): boolean {
  return topology.accounts !== 'files'
}
