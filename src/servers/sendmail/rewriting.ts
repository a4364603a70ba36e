import type { Topology } from '../../topology/topology.ts'
import { table } from './table.ts'

/** genericstable: sender address → address on mail that leaves. */
export function genericstable({ rewriting }: Topology): string {
  return table('genericstable', Object.entries(rewriting.generic))
}

/** domaintable: domain → domain, in every address, before routing. */
export function domaintable({ rewriting }: Topology): string {
  return table('domaintable', Object.entries(rewriting.domains))
}

/** Lines of sendmail.mc for the sender's side of rewriting, envelope and header, of mail that leaves and no other. */
export function rewritingLines({ rewriting, host }: Topology): string[] {
  const sources = new Set(Object.keys(rewriting.generic).map((address) => address.slice(address.lastIndexOf('@') + 1)))
  if (rewriting.masqueradeAs === undefined && sources.size === 0) return []
  return [
    "FEATURE(`masquerade_envelope')dnl",
    "FEATURE(`local_no_masquerade')dnl",
    ...[...sources].map((domain) => `GENERICS_DOMAIN(\`${domain}')dnl`),
    // Without limited_masquerade every local domain would be shown as this one, not the host's own name alone.
    ...(rewriting.masqueradeAs === undefined
      ? []
      : [
          `MASQUERADE_AS(\`${rewriting.masqueradeAs}')dnl`,
          "FEATURE(`limited_masquerade')dnl",
          `MASQUERADE_DOMAIN(\`${host}')dnl`,
        ]),
  ]
}
