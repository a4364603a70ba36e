import type { Topology } from '../../topology/topology.ts'

/** What a submission service has that says nothing of mechanisms; the store's own then decide. */
const USUAL: readonly string[] = ['PLAIN', 'LOGIN']

/** The value of auth_mechanisms: what IMAP and POP3 offer, and what an MTA that asks Dovecot offers on submission. */
export function mechanisms({ store, submission }: Pick<Topology, 'store' | 'submission'>): string {
  const more = submission.mechanisms.filter((mechanism) => !USUAL.includes(mechanism))
  return [...new Set([...store.mechanisms, ...more])].join(' ').toLowerCase()
}
