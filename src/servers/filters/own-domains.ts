import type { Topology } from '../../topology/topology.ts'

/** Every domain of a server: its own name too. */
export function ownDomainsOf({ host, domains, virtualAliasDomains, local }: Topology): string[] {
  return [...new Set([host, ...Object.keys(domains), ...Object.keys(virtualAliasDomains), ...(local?.domains ?? [])])]
}
