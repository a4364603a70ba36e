import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How vite is to read a configuration that is TypeScript. Its own choice makes a bundle in node_modules; where nothing can
 * be written there, as in a read-only checkout, its `runner` reads the file without one.
 */
export function configLoader(folder: string): { configLoader?: 'runner' } {
  const modules = join(folder, 'node_modules')
  const place = existsSync(modules) ? modules : folder
  try {
    accessSync(place, constants.W_OK)
    return {}
  } catch {
    return { configLoader: 'runner' }
  }
}
