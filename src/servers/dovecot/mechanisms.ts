import type { Topology } from '../../topology/topology.ts'

/** The value of auth_mechanisms: what IMAP and POP3 offer, and what an MTA that asks Dovecot offers on submission. */
export function mechanisms({ submission }: Topology): string {
  return [...new Set(['PLAIN', 'LOGIN', ...submission.mechanisms])].join(' ').toLowerCase()
}
