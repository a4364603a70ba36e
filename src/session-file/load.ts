import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import type { Place } from '../yaml/place.ts'
import { checkAssertions } from './check-assertions.ts'
import { checkEndOfData } from './check-end-of-data.ts'
import { checkOrders } from './check-orders.ts'
import { Misread } from './misread.ts'
import { parseSessionFile } from './parse.ts'
import { SessionFileError } from './session-file-error.ts'
import type { SessionFile, Statement } from './statement.ts'

/** A session file with the files it names, ready to be played. */
export interface LoadedSessionFile extends SessionFile {
  /** Path as written → content. */
  files: ReadonlyMap<string, Buffer>
}

const LARGEST = 67_108_864

/**
 * Reads a session file and the files it names.
 *
 * @throws {InputError} when it cannot be read; {SessionFileError} naming every wrong place. Nothing was started.
 */
export async function loadSessionFile(path: string): Promise<LoadedSessionFile> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    throw new InputError(`${path}: it is no session file, but a module`, {
      code: 'SESSION_FILE_UNREADABLE',
      remedy: `Run it as a scenario: \`mailrig run ${path}\`.`,
    })
  }
  const source = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[cause.code ?? ''] ?? cause.message
    throw new InputError(`${path}: ${reason}`, {
      code: 'SESSION_FILE_UNREADABLE',
      remedy: 'Give the path of a .smtp file; docs/session-files.md shows one.',
      cause,
    })
  })
  return completeSessionFile(source, path)
}

/** The same for a file whose text is at hand. One that is played has to be able to fail. */
export async function completeSessionFile(source: string, path: string): Promise<LoadedSessionFile> {
  const file = parseSessionFile(source, path)
  try {
    checkAssertions(file)
    checkEndOfData(file)
    checkOrders(file.statements)
  } catch (error) {
    if (!(error instanceof Misread)) throw error
    throw new SessionFileError(path, source, [{ place: error.place, message: error.message }])
  }
  const files = new Map<string, Buffer>()
  for (const { name, place } of file.statements.flatMap(filesOf)) {
    if (files.has(name)) continue
    const content = await readInside(dirname(path), name)
    if (typeof content === 'string') throw new SessionFileError(path, source, [{ place, message: content }])
    files.set(name, content)
  }
  return { ...file, files }
}

function filesOf(statement: Statement): { name: string; place: Place }[] {
  const { place } = statement
  if (statement.kind === 'message') return 'file' in statement.from ? [{ name: statement.from.file, place }] : []
  if (statement.kind === 'sendmail') return 'file' in statement.input ? [{ name: statement.input.file, place }] : []
  if (!('conditions' in statement)) return []
  return statement.conditions.flatMap(({ is }) => (is.kind === 'file' ? [{ name: is.file, place }] : []))
}

/** The content, or what is wrong. A link must not lead out of the folder either. */
async function readInside(folder: string, name: string): Promise<Buffer | string> {
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))])
    const within = relative(root, path)
    if (within === '' || within.startsWith('..') || within.startsWith(sep)) {
      return `found ${JSON.stringify(name)}, which leads out of the folder, expected a file inside it`
    }
    const { size } = await stat(path)
    if (size > LARGEST) return `found ${JSON.stringify(name)} of ${size} octets, expected at most ${LARGEST}`
    return await readFile(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `found the name of a file that cannot be read (${reason}), expected one in the folder of the session file`
  }
}
