import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import type { TopologyInput } from '../topology/schema.ts'

/**
 * Reads a topology: a `.json` file, or a module (`.ts`, `.js`, `.mjs`) whose default export is one.
 *
 * @throws {InputError} when the file cannot be read, or is neither.
 */
export async function loadTopology(file: string): Promise<TopologyInput> {
  const path = resolve(file)
  try {
    if (/\.[cm]?[jt]s$/.test(path)) {
      const module = (await import(pathToFileURL(path).href)) as { default?: TopologyInput }
      if (module.default === undefined) throw new Error('it has no default export')
      return module.default
    }
    return JSON.parse(await readFile(path, 'utf8')) as TopologyInput
  } catch (cause) {
    throw new InputError(`${file}: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'TOPOLOGY_FILE',
      remedy: 'Give a JSON file, or a module whose default export is a topology; docs/topology.md shows one.',
      cause,
    })
  }
}
