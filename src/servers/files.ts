import type { Topology } from '../topology/topology.ts'
import type { ServerFile } from './rendering.ts'

/** The extra files of a topology's host. A script that an alias pipes to must be executable. */
export function extraFiles(local: Topology['local']): ServerFile[] {
  return Object.entries(local?.files ?? {}).map(([path, content]) => ({
    path,
    content,
    ...(content.startsWith('#!') ? { mode: 0o755 } : {}),
  }))
}

/** A file of the author's own replaces a rendered one. */
export function lastOfEachPath(files: readonly ServerFile[]): ServerFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}
