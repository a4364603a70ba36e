import type { Topology } from '../topology/topology.ts'

/** The names that only this MTA may give as its own: its host, and the domains that it takes mail for. */
export function ownNames({ host, domains, virtualAliasDomains, local }: Topology): string[] {
  return [...new Set([host, ...Object.keys(domains), ...Object.keys(virtualAliasDomains), ...(local?.domains ?? [])])]
}
