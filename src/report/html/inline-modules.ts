import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const IMPORT = /^import\s[^'"]*?from '(\.[^']+)'\n/gm

/**
 * Joins modules into one: each after those it imports, without its import and export words. For the scripts of the page,
 * which has no other file to import from. Two modules must not declare the same name; a browser says so at once.
 *
 * @param entry Path of the module that imports the others.
 */
export async function inlineModules(entry: string): Promise<string> {
  const done = new Set<string>()
  const parts: string[] = []
  const add = async (path: string): Promise<void> => {
    if (done.has(path)) return
    done.add(path)
    const source = await readFile(path, 'utf8')
    for (const [, target = ''] of source.matchAll(IMPORT)) await add(join(dirname(path), target))
    parts.push(
      source
        .replace(IMPORT, '')
        .replace(/^export /gm, '')
        .trim(),
    )
  }
  await add(entry)
  return parts.join('\n\n')
}
