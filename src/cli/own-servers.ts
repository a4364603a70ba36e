import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import type { OwnServer } from '../servers/define-server.ts'

const FILES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `mailrig.config.${extension}`)

/**
 * Makes the servers known that mailrig.config.* of a folder names: `export default { servers: [mine] }`.
 *
 * @throws {InputError} CONFIG_FILE where it is no such thing.
 */
export async function addConfiguredServers(folder = process.cwd()): Promise<void> {
  const file = FILES.map((name) => join(folder, name)).find((path) => existsSync(path))
  if (file === undefined) return
  const { default: config } = (await import(pathToFileURL(file).href)) as { default?: { servers?: OwnServer[] } }
  if (!Array.isArray(config?.servers)) {
    throw new InputError(`${file} names no servers`, {
      code: 'CONFIG_FILE',
      remedy: 'Write `export default { servers: [mine] }`, where mine is what defineServer gave.',
    })
  }
  // Loaded only where there is such a file: help must not wait for it.
  const { addServer } = await import('../servers/registry.ts')
  for (const server of config.servers) addServer(server)
}
