import type { RenderContext } from '../rendering.ts'
import type { Table } from './table.ts'

/** An upstream as next hop: brackets turn off the MX look-up (transport(5)). */
export function nextHop(upstream: string, addresses: RenderContext['addresses']): string {
  const target = addresses.upstreams[upstream]
  if (!target) throw new RangeError(`no address is known for the upstream ${JSON.stringify(upstream)}`)
  return `[${target.address}]:${target.port}`
}

/** transport(5): domain → next hop. */
export function transports({ topology, addresses }: RenderContext): Table {
  return Object.fromEntries(
    Object.entries(topology.routes).map(([domain, hop]) => [domain, `smtp:${nextHop(hop.upstream, addresses)}`]),
  )
}
