import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors/mailrig-error.ts'
import { Budget, type RawEntry } from './raw-entry.ts'

/** Never part of a configuration, and often large. */
const PASSED_OVER = new Set(['.git', '.hg', '.svn', 'node_modules'])

export interface DirectoryRead {
  entries: RawEntry[]
  /** Files that this user may not read. */
  unreadable: string[]
}

/**
 * Reads a folder, without following a link. Bounded in size and count. Sockets are passed over; with `passOver` so are
 * devices and named pipes, as they lie in the folder of a host that runs.
 *
 * @throws {InputError} SOURCE_MISSING, SOURCE_TOO_LARGE, SOURCE_REFUSED for a device.
 */
export async function readDirectory(folder: string, { passOver = false } = {}): Promise<DirectoryRead> {
  const found = await lstat(folder).catch(() => undefined)
  if (found === undefined || !(found.isDirectory() || found.isSymbolicLink())) {
    throw new InputError(`there is no folder ${folder}`, {
      code: 'SOURCE_MISSING',
      remedy: 'Name a folder that is laid out as /etc, or `-` for an archive on standard input.',
    })
  }
  const read: DirectoryRead = { entries: [], unreadable: [] }
  await walk({ root: folder, passOver }, '', read, new Budget())
  return read
}

async function walk(
  given: { root: string; passOver: boolean },
  below: string,
  read: DirectoryRead,
  budget: Budget,
): Promise<void> {
  const { root, passOver } = given
  const names = await readdir(join(root, below)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') throw error
    read.unreadable.push(below)
    return []
  })
  for (const name of names.sort()) {
    if (PASSED_OVER.has(name)) continue
    const path = below === '' ? name : `${below}/${name}`
    budget.entry(path)
    const stat = await lstat(join(root, path))
    if (stat.isDirectory()) await walk(given, path, read, budget)
    else if (stat.isSymbolicLink()) {
      read.entries.push({ path, mode: 0o777, is: { link: await readlink(join(root, path)) } })
    } else if (stat.isFile()) {
      const content = await readBounded(join(root, path), path, budget)
      if (content === undefined) read.unreadable.push(path)
      else read.entries.push({ path, mode: stat.mode & 0o7777, is: { content } })
    } else if (!stat.isSocket() && !passOver) {
      throw new InputError(`${path} is a device or a named pipe`, {
        code: 'SOURCE_REFUSED',
        remedy: 'Give a copy of the configuration that holds files alone.',
      })
    }
  }
}

/** Undefined where this user may not read it. */
async function readBounded(file: string, path: string, budget: Budget): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      length += chunk.length
      budget.octets(path, length, chunk.length)
      chunks.push(chunk)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
  return Buffer.concat(chunks)
}
