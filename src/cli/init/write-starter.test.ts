import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeStarterFile } from './write-starter.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

const read = (path: string) => readFile(join(folder, path), 'utf8')
const FILE = { path: 'a/b.txt', text: 'ours\n', kind: 'file' } as const
const LINE = { path: '.gitignore', text: '.mailrig/', kind: 'line' } as const

describe('a file', () => {
  it('is written once, with its folder', async () => {
    expect(await writeStarterFile(folder, FILE)).toBe('written')
    expect(await writeStarterFile(folder, FILE)).toBe('unchanged')
    expect(await read('a/b.txt')).toBe('ours\n')
  })

  it('of somebody else stays, to the octet', async () => {
    await mkdir(join(folder, 'a'))
    await writeFile(join(folder, 'a/b.txt'), 'theirs')
    expect(await writeStarterFile(folder, FILE)).toBe('left')
    expect(await read('a/b.txt')).toBe('theirs')
  })

  it('is not written through a link that leads nowhere', async () => {
    await mkdir(join(folder, 'a'))
    await symlink(join(folder, 'elsewhere'), join(folder, 'a/b.txt'))
    expect(await writeStarterFile(folder, FILE)).toBe('left')
    await expect(read('elsewhere')).rejects.toThrow('ENOENT')
  })

  it('whose folder is a file is refused, with what to do', async () => {
    await writeFile(join(folder, 'a'), '')
    await expect(writeStarterFile(folder, FILE)).rejects.toMatchObject({
      code: 'INIT_WRITE',
      exitCode: 2,
      remedy: expect.stringContaining('move away what stands in its place'),
    })
  })
})

describe('a line', () => {
  it.each([
    ['', '.mailrig/\n'],
    ['node_modules/\n', 'node_modules/\n.mailrig/\n'],
    ['node_modules/', 'node_modules/\n.mailrig/\n'],
    ['# .mailrig/\n', '# .mailrig/\n.mailrig/\n'],
  ])('is added behind %j', async (before, after) => {
    await writeFile(join(folder, '.gitignore'), before)
    expect(await writeStarterFile(folder, LINE)).toBe('written')
    expect(await writeStarterFile(folder, LINE)).toBe('unchanged')
    expect(await read('.gitignore')).toBe(after)
  })

  it.each(['.mailrig/', '.mailrig', '/.mailrig/', 'a\r\n.mailrig/\r\nb'])('is not added to %j', async (before) => {
    await writeFile(join(folder, '.gitignore'), before)
    expect(await writeStarterFile(folder, LINE)).toBe('unchanged')
    expect(await read('.gitignore')).toBe(before)
  })

  it('makes its file', async () => {
    expect(await writeStarterFile(folder, LINE)).toBe('written')
    expect(await read('.gitignore')).toBe('.mailrig/\n')
  })

  // To root every file is writable.
  it.skipIf(process.getuid?.() === 0)('that may not be written is refused', async () => {
    await writeFile(join(folder, '.gitignore'), 'theirs\n')
    await chmod(join(folder, '.gitignore'), 0o444)
    await expect(writeStarterFile(folder, LINE)).rejects.toMatchObject({ code: 'INIT_WRITE', exitCode: 2 })
  })
})
