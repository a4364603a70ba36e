import type { Topology } from '../../topology/topology.ts'

/** `begin retry`: a second after a deferral, and so on for an hour. Debian waits 15 minutes, and gives up after days. */
export function retrySection(topology: Topology): string {
  return [
    'begin retry',
    ...(topology.native.exim?.retry ?? []),
    // A rule without a time gives up at once (Exim specification §32.1): a full mailbox bounces.
    ...(topology.local?.mailboxQuota === undefined ? [] : ['* quota']),
    '* * F,1h,1s',
  ].join('\n')
}
