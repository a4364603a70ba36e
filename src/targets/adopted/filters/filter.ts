import type { PlannedOverlay } from '../overlay.ts'
import { formatPlace, type SourceTree, textOf } from '../source-tree.ts'

/** A filter from Debian's packages that is started for real where its configuration was given. */
export interface Filter {
  /** Debian's package, which is the program's name as well. */
  name: string
  /** Its configuration; without it, a stand-in takes its place. */
  configuration: string
  /** More packages that this configuration asks for, each with the line that does. */
  packages(tree: SourceTree): { name: string; from: string }[]
  /** Where it listens, as its configuration says: `unix:/path` or `inet:port`; undefined where nowhere. */
  address(tree: SourceTree): { at: string; from: string } | undefined
  /** What it needs beside its files: keys that were not given, for example. In order, before it starts. */
  preparations(tree: SourceTree): PlannedOverlay[]
  /** Whether it signs mail that leaves. */
  signs: boolean
  /** Starts it as a daemon. */
  start: readonly string[]
}

/** `Name value` on a line, as OpenDKIM and OpenDMARC have them; a comment ends a line. */
export interface FilterSetting {
  name: string
  value: string
  line: number
}

/** The settings of such a file: opendkim.conf(5), opendmarc.conf(5). Names are in lower case. */
export function readSettings(text: string): FilterSetting[] {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value] = /^\s*([A-Za-z]\w*)\s+(.*?)\s*(?:#.*)?$/.exec(line) ?? []
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value ?? '', line: index + 1 }]
  })
}

/** Where a filter listens, by the `Socket` of its configuration, and the line that says so. */
export function socketIn(tree: SourceTree, configuration: string): ReturnType<Filter['address']> {
  const socket = readSettings(textOf(tree, configuration) ?? '').findLast(({ name }) => name === 'socket')
  const at = milterAddress(socket?.value ?? '')
  return socket && at !== undefined ? { at, from: formatPlace({ file: configuration, line: socket.line }) } : undefined
}

/**
 * `local:/path`, `unix:/path`, `inet:port@host`, `/path` → as stand-ins take it; undefined for what is no address.
 *
 * @example
 * milterAddress('inet:8891@localhost') // 'inet:8891'
 */
export function milterAddress(value: string): string | undefined {
  const [, path] = /^(?:(?:local|unix):)?(\/\S+)$/.exec(value) ?? []
  if (path !== undefined) return `unix:${path}`
  const [, port] = /^inet6?:(\d+)(?:@\S*)?$/.exec(value) ?? []
  return port === undefined ? undefined : `inet:${port}`
}
