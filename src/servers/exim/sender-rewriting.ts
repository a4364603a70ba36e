import type { Topology } from '../../topology/topology.ts'
import { SRS_SECRET } from '../srs-secret.ts'
import { driver } from './config-text.ts'

/**
 * The MAIL FROM of mail that leaves (Exim specification §58.2): rewritten where the recipient was made of another address, and
 * the sender is a stranger. A notification keeps its empty one.
 *
 * @param domain in whose name it leaves
 * @param otherwise what it is else, an expansion
 */
export function forwardedSender(domain: string, otherwise: string): string {
  const forwarded = `and{{def:parent_domain}{def:return_path}{!match_domain{\${domain:$return_path}}{+our_domains}}}`
  return `\${if ${forwarded}{\${srs_encode{${SRS_SECRET}}{$return_path}{${domain}}}}{${otherwise}}}`
}

/** Takes what comes back to such a sender. */
export function returnedMail({ rewriting: { srs } }: Topology): string[] {
  if (srs === undefined) return []
  return [
    driver('returned_mail', [
      ['driver', 'redirect'],
      ['domains', srs],
      ['condition', `\${if inbound_srs{$local_part}{${SRS_SECRET}}}`],
      ['data', '$srs_recipient'],
    ]),
  ]
}
