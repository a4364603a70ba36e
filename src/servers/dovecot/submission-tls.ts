import type { Topology } from '../../topology/topology.ts'

/** How Sieve's own mail reaches an MTA that takes none in the clear. Its certificate names a host, not the address here. */
export function submissionTls({ tls }: Topology): string {
  return tls === 'required' ? 'submission_ssl = starttls\nssl_client_require_valid_cert = no\n' : ''
}
