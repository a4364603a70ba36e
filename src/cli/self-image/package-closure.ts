import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface PackageFile {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/**
 * The folders of the packages that a package needs when it runs, as Node finds them from where each is: `dependencies`, and
 * of optional and peer ones those that are installed.
 *
 * @param folder of the package itself, which is not among them
 */
export async function packageClosure(folder: string): Promise<string[]> {
  const found = new Set<string>()
  const waiting = [folder]
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const text = await readFile(join(from, 'package.json'), 'utf8')
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(text) as PackageFile
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    for (const name of names) {
      const there = installedFrom(from, name)
      if (there === undefined || found.has(there)) continue
      found.add(there)
      waiting.push(there)
    }
  }
  return [...found].sort()
}

/** The nearest folder above that has it. @see https://nodejs.org/api/modules.html, "Loading from node_modules folders" */
function installedFrom(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (at === dirname(at)) return undefined
  }
}
