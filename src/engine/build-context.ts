import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import type { TarInput } from './tar.ts'

/** The folder with one build context a server; the same distance from src/ and from dist/. */
export const DOCKER_FOLDER = fileURLToPath(new URL('../../docker/', import.meta.url))

/** Server → its folder, where that is not below {@link DOCKER_FOLDER}. */
const elsewhere = new Map<string, string>()

/** Has the image of a server built from a folder of its own. */
export function setBuildFolder(server: string, folder: string): void {
  elsewhere.set(server, folder)
}

/**
 * The files of a server's build context, sorted by path. Modes are 0o755 or 0o644, whatever umask they came through, so
 * that every checkout gives the same image.
 *
 * @throws {InputError} when there is no such folder, or no Dockerfile in it.
 */
export async function readBuildContext(server: string, root = DOCKER_FOLDER): Promise<TarInput[]> {
  const folder = elsewhere.get(server) ?? join(root, server)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<TarInput> => {
        const file = join(entry.parentPath, entry.name)
        const [content, { mode }] = await Promise.all([readFile(file), stat(file)])
        const path = file.slice(folder.length + 1).replaceAll('\\', '/')
        return { path, content, mode: mode & 0o100 ? 0o755 : 0o644 }
      }),
  )
  if (!files.some(({ path }) => path === 'Dockerfile')) {
    throw new InputError(`there is no image for ${JSON.stringify(server)}: no ${join(folder, 'Dockerfile')}`, {
      code: 'IMAGE_UNKNOWN',
      remedy: 'A server is one folder under docker/ with a Dockerfile, and one under src/servers/.',
    })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Twelve hexadecimal digits of SHA-256 over names, modes and contents, and over `salt`. */
export function hashBuildContext(files: readonly TarInput[], salt: string): string {
  const hash = createHash('sha256')
  const add = (part: Buffer | string) => {
    const octets = Buffer.from(part)
    // The length before each part, so that no two lists of parts give the same octets.
    hash.update(`${octets.length}:`).update(octets)
  }
  add(salt)
  for (const { path, mode, content } of files) {
    add(path)
    add(mode.toString(8))
    add(content)
  }
  return hash.digest('hex').slice(0, 12)
}
