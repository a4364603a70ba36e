import type { Topology } from '../../topology/topology.ts'
import { refusingMailboxes } from '../store-quota.ts'
import type { Table } from './table.ts'

/** A restriction class, smtpd_restriction_classes of postconf(5): what an access table may name. */
export const QUOTA_CLASS = 'mailbox_quota'

/** access(5): the mailboxes whose quota is asked for at RCPT. Mail for others costs no question. */
export function quotaRecipients(topology: Topology): Table {
  return Object.fromEntries(refusingMailboxes(topology).map((address) => [address, QUOTA_CLASS]))
}
