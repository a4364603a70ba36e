import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The names of a configuration, in the order in which vitest looks for them. */
const CONFIG_FILES = ['vitest.config', 'vite.config'].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
)

/** The configuration that vitest finds in a folder. @returns its name, or undefined when there is none. */
export function configFileIn(folder: string): string | undefined {
  return CONFIG_FILES.find((file) => existsSync(join(folder, file)))
}
