import { readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { ServerFile } from '../../../engine/server-file.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import { LIMITS } from '../raw-entry.ts'
import { readDirectory } from '../read-directory.ts'

export interface Copied {
  files: ServerFile[]
  /** Whether it was a folder: what the image has there is hidden by it. */
  isFolder: boolean
}

/** The files at a path of the host, for a path of the container; or why they are not copied. */
export async function copyOf(source: string, target: string): Promise<Copied | string> {
  const found = await stat(source).catch(() => undefined)
  if (found === undefined) return 'it is not there'
  if (!found.isDirectory() && !found.isFile()) return 'it is no file and no folder'
  if (found.size > LIMITS.file && found.isFile()) return 'it is larger than a configuration'
  if (found.isFile()) {
    const file = { path: target, content: await readFile(source), mode: found.mode & 0o777 }
    return { files: [file], isFolder: false }
  }
  try {
    const { entries } = await readDirectory(source, { passOver: true })
    const root = await realpath(source)
    const files = await Promise.all(
      entries.map(async ({ path, mode, is }): Promise<ServerFile[]> => {
        if ('content' in is) return [{ path: join(target, path), content: is.content, mode }]
        const behind = await behindLink(root, path)
        return behind === undefined ? [] : [{ path: join(target, path), content: behind }]
      }),
    )
    return { files: files.flat(), isFolder: true }
  } catch (error) {
    if (error instanceof InputError && error.code === 'SOURCE_TOO_LARGE') return 'it is larger than a configuration'
    throw error
  }
}

/** The file that a link leads to, as certificates often lie; undefined where it leads out of the folder, or nowhere. */
async function behindLink(root: string, path: string): Promise<Buffer | undefined> {
  const real = await realpath(join(root, path)).catch(() => undefined)
  if (real === undefined || !real.startsWith(`${root}${sep}`)) return undefined
  const { size, isFile } = await stat(real).then((one) => ({ size: one.size, isFile: one.isFile() }))
  return isFile && size <= LIMITS.file ? readFile(real) : undefined
}
