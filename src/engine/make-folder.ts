import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder with those above it. Node's own way to do so never ends below /proc, where a folder says that the one
 * above it is missing.
 *
 * @throws what mkdir(2) says, e.g. ENOENT, EACCES, ENOTDIR, and EEXIST for a file of that name
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    const above = dirname(path)
    if (code !== 'ENOENT' || above === path) throw error
    makeFolder(above)
    mkdirSync(path)
  }
}
