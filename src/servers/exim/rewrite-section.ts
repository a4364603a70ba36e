import type { Topology } from '../../topology/topology.ts'

/**
 * `begin rewrite`: recipient domains, in the envelope and in To:, Cc: and Bcc: (flags T, t, c, b). Senders are
 * rewritten by the transports, on mail that leaves only.
 */
export function rewriteSection(topology: Topology): string {
  return [
    'begin rewrite',
    ...(topology.native.exim?.rewrite ?? []),
    ...Object.entries(topology.rewriting.domains).map(([from, to]) => `*@${from} $1@${to} Ttcb`),
  ].join('\n')
}
