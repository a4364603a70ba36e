import { posix } from 'node:path'
import type Dockerode from 'dockerode'
import type { ServerFile } from '../servers/contract.ts'
import { isGone } from './networks.ts'
import { packTar, unpackTar } from './tar.ts'

/** A file read out of a container. */
export interface ContainerFile {
  /** Absolute. */
  path: string
  content: Buffer
  mode: number
  uid: number
  gid: number
  /** Whole seconds, unless the engine gives more. */
  mtime: Date
}

/** Puts files into a container, running or not, owned by root. Directories that are missing are made. */
export async function writeFiles(container: Dockerode.Container, files: readonly ServerFile[]): Promise<void> {
  if (files.length === 0) return
  const archive = packTar(files.map(({ path, content, mode = 0o644 }) => ({ path, content, mode })))
  await container.putArchive(archive, { path: '/' })
}

/**
 * Reads a file, or the regular files under a directory, without a command in the container. A path that does not exist
 * gives an empty list: a mailbox is not there until mail comes.
 */
export async function readFiles(container: Dockerode.Container, path: string): Promise<ContainerFile[]> {
  let stream: NodeJS.ReadableStream
  try {
    stream = await container.getArchive({ path })
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  // Names in the archive begin with the last part of the path.
  const parent = posix.dirname(posix.resolve('/', path))
  return unpackTar(Buffer.concat(chunks))
    .filter(({ type }) => type === 'file')
    .map(({ type: _, path: name, ...file }) => ({ ...file, path: posix.join(parent, name) }))
}
