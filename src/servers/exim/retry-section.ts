import type { Topology } from '../../topology/topology.ts'

/** `begin retry`: a second after a deferral, and so on for an hour. Debian waits 15 minutes, and gives up after days. */
export function retrySection({ native, queue }: Topology): string {
  const { retryAfter = 1, giveUpAfter } = queue
  const limit = giveUpAfter === undefined ? '1h' : `${giveUpAfter}s`
  return ['begin retry', ...(native.exim?.retry ?? []), `* * F,${limit},${retryAfter}s`].join('\n')
}
