import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import { placedProblems } from '../topology/placed-problems.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology, TopologyError } from '../topology/topology.ts'
import { formatProblems } from '../yaml/place.ts'
import { readYaml } from '../yaml/read-yaml.ts'

/** A module that computes a topology is done long before, on any machine: this ends one that never is. */
const MODULE_SECONDS = 60

/**
 * Reads a topology: a `.yaml`, `.yml` or `.json` file, or a module (`.ts`, `.js`, `.mjs`) whose default export is one.
 *
 * @throws {InputError} when the file cannot be read, or is no right topology: with the place of each fault.
 */
export async function loadTopology(file: string): Promise<TopologyInput> {
  const path = resolve(file)
  if (/^\.[cm]?[jt]s$/.test(extname(path))) return loadModule(file, path)
  if (!/^\.(?:ya?ml|json)$/.test(extname(path))) {
    const kind = extname(path) === '' ? 'no ending in its name' : `"${extname(path)}" at the end of its name`
    const lead = extname(path) === '.smtp' ? `Play it: \`mailrig play ${file}\`. ` : ''
    throw unreadable(file, `it has ${kind}`, lead)
  }
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(file, cause.code === 'ENOENT' ? 'there is no such file' : cause.message)
  })
  return readText(file, text)
}

async function loadModule(file: string, path: string): Promise<TopologyInput> {
  const imported = import(pathToFileURL(path).href).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes(`'${path}'`)
    throw unreadable(file, missing ? 'there is no such file' : cause.message)
  })
  const module = (await unlessItHangs(file, imported)) as { default?: TopologyInput }
  if (module.default === undefined) throw unreadable(file, 'it has no default export')
  return module.default
}

/** A module may await what never comes. Node ends with 13 and a warning where nothing else is left to do, and else never. */
async function unlessItHangs<T>(file: string, imported: Promise<T>): Promise<T> {
  const hangs = Promise.withResolvers<never>()
  const idle = () => hangs.reject(unreadable(file, 'it awaits something that can never come'))
  const late = () => hangs.reject(unreadable(file, `it was not ready after ${MODULE_SECONDS} s: it awaits something`))
  process.once('beforeExit', idle)
  const timer = setTimeout(late, MODULE_SECONDS * 1000).unref()
  try {
    return await Promise.race([imported, hangs.promise])
  } finally {
    clearTimeout(timer)
    process.off('beforeExit', idle)
  }
}

/** JSON is YAML, too (YAML 1.2, section 1.3). */
function readText(file: string, text: string): TopologyInput {
  const yaml = readYaml(text, 1)
  if (yaml.problems.length > 0) throw wrong(formatProblems(file, text, yaml.problems))
  try {
    parseTopology(yaml.value as TopologyInput)
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error
    throw wrong(formatProblems(file, text, placedProblems(error.problems, yaml)))
  }
  return yaml.value as TopologyInput
}

function wrong(message: string): InputError {
  return new InputError(message, {
    code: 'TOPOLOGY_INVALID',
    remedy: 'Correct the places named above; nothing was started. docs/topology.md lists what is allowed.',
  })
}

function unreadable(file: string, reason: string, lead = ''): InputError {
  return new InputError(`${file}: ${reason}`, {
    code: 'TOPOLOGY_FILE',
    remedy: `${lead}Give a YAML or JSON file, or a module whose default export is a topology; docs/topology.md shows one.`,
  })
}
