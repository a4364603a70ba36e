import { posix } from 'node:path'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Machine } from './machine.ts'
import type { ServerFile } from './server-file.ts'
import { packTar, unpackTar } from './tar.ts'

/** A file read out of a container. */
export interface ContainerFile {
  /** Absolute. */
  path: string
  content: Buffer
  mode: number
  uid: number
  gid: number
  mtime: Date
}

/** The files as an archive for the root directory, owned by root. */
export function archiveOf(files: readonly ServerFile[]): Buffer {
  if (files.length === 0) return Buffer.alloc(0)
  return packTar(files.map(({ path, content, mode = 0o644 }) => ({ path, content, mode })))
}

/** Replaces files in a container while its server runs. Directories that are missing are made. */
export async function writeFiles(machine: Machine, files: readonly ServerFile[]): Promise<void> {
  if (files.length === 0) return
  const { code, text } = await machine.channel.request('write', [], archiveOf(files)).result
  if (code !== 0) throw notDone(`files were not written to ${machine.spec.name}`, text)
}

/** What init.pl answers for a path that does not exist. */
const MISSING = 44

/**
 * Reads a file, or the regular files under a directory, without a command in the container. A path that does not exist
 * gives an empty list: a mailbox is not there until mail comes.
 */
export async function readFiles(machine: Machine, path: string): Promise<ContainerFile[]> {
  const absolute = posix.resolve('/', path)
  const { code, text, output } = await machine.channel.request('read', [], absolute).result
  if (code === MISSING) return []
  if (code !== 0) throw notDone(`${absolute} was not read from ${machine.spec.name}`, text || `tar ended with ${code}`)
  // Names in the archive begin with the last part of the path.
  const parent = posix.dirname(absolute)
  return unpackTar(output.stdout)
    .filter(({ type }) => type === 'file')
    .map(({ type: _, path: name, ...file }) => ({ ...file, path: posix.join(parent, name) }))
}

/** @internal */
export function notDone(what: string, reason: string): EngineError {
  return new EngineError(`${what}: ${reason.trim()}`, {
    code: 'FILES_FAILED',
    remedy: 'See whether the path is a plain file or directory, and the disk is not full.',
  })
}
