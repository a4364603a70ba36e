import { EngineError, InputError } from '../errors/mailrig-error.ts'

/**
 * The archive format the engine's API takes and gives: POSIX ustar and pax (pax(1), "ustar Interchange Format" and "pax
 * Header Block"), and GNU's long names. Whole archives in memory: configuration and mail, not images.
 */
export interface TarEntry {
  /** As in the archive: without a leading slash. */
  path: string
  type: 'file' | 'directory' | 'symlink' | 'other'
  content: Buffer
  /** Permission bits, e.g. 0o644. */
  mode: number
  uid: number
  gid: number
  mtime: Date
}

export interface TarInput {
  path: string
  content: Buffer | string
  mode: number
}

const BLOCK = 512

/**
 * Packs regular files owned by root.
 *
 * @throws {InputError} for a path that does not fit a ustar header (155 octets, a slash, 100 octets).
 */
export function packTar(files: readonly TarInput[], mtime: Date = new Date()): Buffer {
  const blocks = files.flatMap((file) => {
    const content = Buffer.from(file.content)
    return [header(file, content.length, mtime), content, Buffer.alloc(padding(content.length))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

function header(file: TarInput, size: number, mtime: Date): Buffer {
  const block = Buffer.alloc(BLOCK)
  const { prefix, name } = splitPath(file.path.replace(/^\/+/, ''))
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  block.write(name, 0, 'utf8')
  block.write(octal(file.mode & 0o7777, 8), 100, 'latin1')
  block.write(octal(0, 8), 108, 'latin1')
  block.write(octal(0, 8), 116, 'latin1')
  block.write(octal(size, 12), 124, 'latin1')
  block.write(octal(Math.floor(mtime.getTime() / 1000), 12), 136, 'latin1')
  block.write('        ', 148, 'latin1')
  block.write('0', 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.write('root', 265, 'latin1')
  block.write('root', 297, 'latin1')
  block.write(prefix, 345, 'utf8')
  // The checksum is taken with its own field blank, and written as six digits, NUL, blank.
  const sum = block.reduce((total, octet) => total + octet, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path }
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const prefix = path.slice(0, slash)
    const name = path.slice(slash + 1)
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100 && name !== '') return { prefix, name }
  }
  throw new InputError(`the path is too long for an archive: ${path}`, {
    code: 'PATH_TOO_LONG',
    remedy: 'Use a file name of at most 100 octets in a directory path of at most 155.',
  })
}

/**
 * Reads an archive.
 *
 * @throws {EngineError} where the archive is cut short or its checksums do not hold.
 */
export function unpackTar(archive: Buffer): TarEntry[] {
  const entries: TarEntry[] = []
  let extended: Record<string, string> = {}
  let offset = 0
  while (offset + BLOCK <= archive.length) {
    const block = archive.subarray(offset, offset + BLOCK)
    if (block.every((octet) => octet === 0)) return entries
    verify(block, offset)
    const type = String.fromCharCode(block[156] ?? 0)
    const size = extended.size === undefined ? number(block, 124, 12) : Number(extended.size)
    const start = offset + BLOCK
    const content = archive.subarray(start, start + size)
    if (content.length < size) break
    offset = start + size + padding(size)
    if (type === 'x') extended = { ...extended, ...paxRecords(content) }
    else if (type === 'L') extended = { ...extended, path: text(content, 0, content.length) }
    else if (type !== 'g' && type !== 'K') {
      entries.push({
        path: (extended.path ?? ustarPath(block)).replace(/\/+$/, ''),
        type: TYPES[type] ?? 'other',
        content,
        mode: number(block, 100, 8) & 0o7777,
        uid: number(block, 108, 8),
        gid: number(block, 116, 8),
        mtime: new Date(Number(extended.mtime ?? number(block, 136, 12)) * 1000),
      })
      extended = {}
    }
  }
  if (offset < archive.length) {
    throw new EngineError(`an archive from the engine ends in the middle, at octet ${archive.length}`, {
      code: 'ARCHIVE_CUT',
      remedy: 'The container went away while it was read, most likely; see its log.',
    })
  }
  return entries
}

const TYPES: Record<string, TarEntry['type']> = {
  '0': 'file',
  '\0': 'file',
  '2': 'symlink',
  '5': 'directory',
  '7': 'file',
}

function ustarPath(block: Buffer): string {
  const name = text(block, 0, 100)
  // GNU headers use the octets of the prefix for times; their magic ends in a blank instead of NUL.
  const prefix = text(block, 257, 6) === 'ustar' ? text(block, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function verify(block: Buffer, offset: number): void {
  const sum = block.reduce((total, octet, index) => total + (index >= 148 && index < 156 ? 0x20 : octet), 0)
  const written = number(block, 148, 8)
  if (sum !== written) {
    throw new EngineError(`an archive from the engine is damaged at octet ${offset}: checksum ${sum}, not ${written}`, {
      code: 'ARCHIVE_DAMAGED',
    })
  }
}

/** `<length> <key>=<value>\n`, length in octets and counting itself. */
function paxRecords(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {}
  let offset = 0
  while (offset < content.length) {
    const blank = content.indexOf(0x20, offset)
    const length = Number(content.toString('latin1', offset, blank))
    if (blank < 0 || !(length > 0)) break
    const record = content.toString('utf8', blank + 1, offset + length - 1)
    const equals = record.indexOf('=')
    records[record.slice(0, equals)] = record.slice(equals + 1)
    offset += length
  }
  return records
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0
  // GNU's base-256 for what octal digits cannot hold: the top bit set, then a big-endian integer.
  if (first & 0x80) return block.subarray(start + length - 6, start + length).readUIntBE(0, 6)
  const digits = text(block, start, length).trim()
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}
