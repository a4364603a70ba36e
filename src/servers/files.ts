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

/**
 * The files that aliases append mail to, `/dev/null` and the like apart, empty: for a delivery agent that does so as a user
 * who may not create them.
 */
export function aliasedFiles(local: Topology['local']): ServerFile[] {
  const targets = Object.values(local?.aliases ?? {}).flat()
  const paths = targets.filter((target) => target.startsWith('/') && !target.startsWith('/dev/'))
  return [...new Set(paths)].map((path) => ({ path, content: '', mode: 0o666 }))
}

/** A file of the author's own stands behind the rendered one that it replaces. */
export function lastOfEachPath(files: readonly ServerFile[]): ServerFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}
