import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { InputError, MailrigError } from '../../errors/mailrig-error.ts'
import { Budget, type RawEntry, safePath } from './raw-entry.ts'

/**
 * Reads an archive of tar(1), plain or by gzip(1), as it comes. Bounded in size and count, also when it unpacks to more
 * than it seems to be.
 *
 * @throws {InputError} SOURCE_NOT_TAR, SOURCE_TOO_LARGE, SOURCE_REFUSED for `..` in a name, a device or a named pipe.
 */
export async function readTar(input: AsyncIterable<Buffer>): Promise<RawEntry[]> {
  const budget = new Budget()
  const entries: RawEntry[] = []
  const unpacker = extract()
  try {
    const source = Readable.from(await unzipped(input))
    source.on('error', (error) => unpacker.destroy(error))
    for await (const entry of source.pipe(unpacker)) {
      const { header } = entry
      budget.entry(header.name)
      const is = await bodyOf(header, entry as AsyncIterable<Buffer>, budget)
      if (is === undefined) continue
      entries.push({
        path: safePath(header.name),
        mode: (header.mode ?? 0o644) & 0o7777,
        ...(header.uname ? { owner: { user: header.uname, group: header.gname || 'root' } } : {}),
        is,
      })
    }
  } catch (error) {
    if (error instanceof MailrigError) throw error
    throw notTar(error instanceof Error ? error.message : String(error), error)
  }
  if (entries.length === 0) throw notTar('nothing came')
  return entries
}

async function bodyOf(
  { type, name, linkname }: Header,
  entry: AsyncIterable<Buffer>,
  budget: Budget,
): Promise<RawEntry['is'] | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of entry) {
    length += chunk.length
    budget.octets(name, length, chunk.length)
    chunks.push(chunk)
  }
  switch (type) {
    case 'directory':
      safePath(name)
      return undefined
    case 'symlink':
      return { link: linkname ?? '' }
    case 'link':
      return { hardLink: safePath(linkname ?? '') }
    case 'file':
    case 'contiguous-file':
      return { content: Buffer.concat(chunks) }
    default:
      throw new InputError(`${name} is a device or a named pipe`, {
        code: 'SOURCE_REFUSED',
        remedy: 'Give an archive that holds files, folders and links alone.',
      })
  }
}

/** The archive itself, whether it was compressed by gzip(1) or not. */
async function unzipped(input: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const iterator = input[Symbol.asyncIterator]()
  const first = await iterator.next()
  const head = first.done ? Buffer.alloc(0) : Buffer.from(first.value)
  async function* whole(): AsyncIterable<Buffer> {
    yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield Buffer.from(next.value)
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole()
  const zipped = Readable.from(whole())
  const gunzip = createGunzip()
  zipped.on('error', (error) => gunzip.destroy(error))
  return zipped.pipe(gunzip)
}

function notTar(reason: string, cause?: unknown): InputError {
  return new InputError(`what came on standard input is not an archive of tar: ${reason}`, {
    code: 'SOURCE_NOT_TAR',
    remedy: 'Send one: ssh mail.example.com tar c /etc/postfix /etc/dovecot /etc/aliases | mailrig check -',
    cause,
  })
}
