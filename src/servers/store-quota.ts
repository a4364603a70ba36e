import type { Topology } from '../topology/topology.ts'

/** Whether a mailbox of the store can be so full that its mail is refused for good, which is worth a question at RCPT. */
export function refusesWhenFull(topology: Topology): boolean {
  return Object.values(topology.domains).some(({ mailboxes }) =>
    Object.values(mailboxes).some(({ quota }) => quota?.full === 'refuse'),
  )
}
