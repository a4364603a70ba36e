import type { Topology } from '../../topology/topology.ts'

/** `begin retry`: a second after a deferral, and so on for an hour. Debian waits 15 minutes, and gives up after days. */
export function retrySection(topology: Topology): string {
  return ['begin retry', ...(topology.native.exim?.retry ?? []), '* * F,1h,1s'].join('\n')
}
