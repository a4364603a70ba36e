import type { Topology } from '../topology/topology.ts'

/** Addresses of the mailboxes that refuse mail for good when they are full, which is worth a question at RCPT. */
export function refusingMailboxes(topology: Topology): string[] {
  return Object.entries(topology.domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).flatMap(([local, { quota }]) => (quota?.full === 'refuse' ? [`${local}@${domain}`] : [])),
  )
}
