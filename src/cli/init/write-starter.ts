import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../../errors/mailrig-error.ts'
import type { StarterFile } from './starter.ts'

/** `written`: it is new. `unchanged`: it is there, as it would be written. `left`: it is there, and somebody else's. */
export type Outcome = 'written' | 'unchanged' | 'left'

/**
 * Puts a file of the starter into its place if nothing is there. What is there stays as it is, to the octet; a line is
 * added at the end of its file.
 *
 * @throws {InputError} when it cannot be written.
 */
export async function writeStarterFile(folder: string, file: StarterFile): Promise<Outcome> {
  const path = join(folder, file.path)
  try {
    return file.kind === 'line' ? await addLine(path, file.text) : await writeNew(path, file.text)
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (!REFUSALS.has(code)) throw cause
    throw new InputError(`${path} cannot be written: ${message}`, {
      code: 'INIT_WRITE',
      remedy: 'Make the folder writable for this user, or move away what stands in its place; then run it again.',
      cause,
    })
  }
}

const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP'])

async function writeNew(path: string, text: string): Promise<Outcome> {
  await mkdir(dirname(path), { recursive: true })
  try {
    // Fails where something is by then, be it a link to nowhere.
    await writeFile(path, text, { flag: 'wx' })
    return 'written'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await textOf(path)) === text ? 'unchanged' : 'left'
  }
}

async function addLine(path: string, line: string): Promise<Outcome> {
  const before = await textOf(path)
  if (before === undefined) return writeNew(path, `${line}\n`)
  if (before.split(/\r?\n/).some((one) => SAME_IGNORED(one) === SAME_IGNORED(line))) return 'unchanged'
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  await writeFile(path, `${gap}${line}\n`, { flag: 'a' })
  return 'written'
}

/** `.mailrig`, `/.mailrig/` and `.mailrig/` ignore the same folder. */
const SAME_IGNORED = (line: string) => line.trim().replace(/^\//, '').replace(/\/$/, '')

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined
    throw error
  })
}
