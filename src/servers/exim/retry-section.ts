import type { Topology } from '../../topology/topology.ts'

/** `begin retry`: a second after a deferral, and so on for an hour. Debian waits 15 minutes, and gives up after days. */
export function retrySection({ native, queue, local }: Topology): string {
  const { retryAfter = 1, giveUpAfter } = queue
  const limit = giveUpAfter === undefined ? '1h' : `${giveUpAfter}s`
  return [
    'begin retry',
    ...(native.exim?.retry ?? []),
    // A rule without a time gives up at once (Exim specification §32.1): a full mailbox bounces.
    ...(local?.mailboxQuota === undefined ? [] : ['* quota']),
    `* * F,${limit},${retryAfter}s`,
  ].join('\n')
}
