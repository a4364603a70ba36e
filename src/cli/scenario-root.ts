import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import { configFileIn } from './config-files.ts'

/** Has the folder a configuration that vitest would read? */
export function isConfigured(folder: string): boolean {
  return configFileIn(folder) !== undefined
}

/**
 * The folder to run scenarios in: vitest finds none outside of it. The working directory, where it holds them all; else
 * the project they belong to, which is the nearest folder above them with a configuration or a package.json.
 *
 * @throws {InputError} SCENARIOS_APART where no one folder holds them
 */
export function scenarioRoot(paths: readonly string[], from: string = process.cwd()): string {
  const places = paths.map((path) => resolve(from, path))
  if (places.every((path) => holds(from, path))) return from
  const [first = from, ...others] = places
  const root = projectOf(first)
  const apart = others.find((path) => !holds(root, path))
  if (apart === undefined) return root
  throw new InputError(`${first} and ${apart} do not belong to one project`, {
    code: 'SCENARIOS_APART',
    remedy: 'Run them one after the other, or from a folder that holds both.',
  })
}

function projectOf(path: string): string {
  const start = statSync(path).isDirectory() ? path : dirname(path)
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    if (isConfigured(folder) || existsSync(join(folder, 'package.json'))) return folder
  }
  return start
}

function holds(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || !(way.split(/[\\/]/)[0] === '..' || isAbsolute(way))
}
