import type { ServerFile } from '../../engine/server-file.ts'
import type { RigAddresses } from '../../surroundings/rig-addresses.ts'
import type { Topology } from '../../topology/topology.ts'

/** What a filter's configuration is made of. */
export interface FilterContext {
  topology: Topology
  addresses: RigAddresses
  /** PEM of the key that the topology declares for a domain. */
  signingKey(domain: string): string
}

/** How an MTA asks it. */
export type FilterProtocol = 'milter' | 'policy' | 'table'

/** One of Debian's filters: how it is configured and run. Its package is in the image docker/filters. */
export interface FilterServer {
  /** The name of its program, and its key in the topology. */
  name: string
  title: string
  protocol: FilterProtocol
  /** On the host of the filters. */
  ports: readonly number[]
  /** The user that it runs as. */
  user: string
  /** Whether a topology has it. */
  wanted(topology: Topology): boolean
  /** Its command, for the shell; it stays in the foreground. */
  command(context: FilterContext): string
  files(context: FilterContext): ServerFile[]
}

/** Lines of a configuration in which names and values stand beside each other; of a name that comes twice the last counts. */
export function settingLines(
  settings: Readonly<Record<string, string | number | undefined>>,
  own: Readonly<Record<string, string>> = {},
  separator = ' ',
): string {
  const keyOf = (name: string) => name.toLowerCase()
  const replaced = new Set(Object.keys(own).map(keyOf))
  const lines = Object.entries(settings).filter(([name, value]) => value !== undefined && !replaced.has(keyOf(name)))
  return [...lines, ...Object.entries(own)].map(([name, value]) => `${name}${separator}${value}\n`).join('')
}
