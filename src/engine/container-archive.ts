import { posix } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type Dockerode from 'dockerode'
import { archiveOf, type ContainerFile, notDone } from './container-files.ts'
import { isGone } from './networks.ts'
import type { ServerFile } from './server-file.ts'
import { unpackTar } from './tar.ts'

/** Replaces files in a container by the engine. What is kept in memory there (a tmpfs mount) it does not reach. */
export async function archiveFiles(
  container: Dockerode.Container,
  name: string,
  files: readonly ServerFile[],
): Promise<void> {
  if (files.length === 0) return
  try {
    await container.putArchive(archiveOf(files), { path: '/' })
  } catch (error) {
    throw notDone(`files were not written to ${name}`, messageOf(error))
  }
}

/** Reads a file, or the regular files under a directory, by the engine. A path that does not exist gives an empty list. */
export async function extractFiles(
  container: Dockerode.Container,
  name: string,
  path: string,
): Promise<ContainerFile[]> {
  const absolute = posix.resolve('/', path)
  try {
    const archive = await buffer(await container.getArchive({ path: absolute }))
    // Names in the archive begin with the last part of the path.
    const parent = posix.dirname(absolute)
    return unpackTar(archive)
      .filter(({ type }) => type === 'file')
      .map(({ type: _, path: entry, ...file }) => ({ ...file, path: posix.join(parent, entry) }))
  } catch (error) {
    if (isGone(error)) return []
    throw notDone(`${absolute} was not read from ${name}`, messageOf(error))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
