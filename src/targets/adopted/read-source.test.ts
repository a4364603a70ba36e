import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../errors/mailrig-error.ts'
import { LIMITS } from './raw-entry.ts'
import { readSource } from './read-source.ts'

type Entry = Parameters<ReturnType<typeof pack>['entry']>[0]

async function tarOf(...entries: [Entry, string?][]): Promise<Buffer> {
  const archive = pack()
  for (const [header, content = ''] of entries) archive.entry(header, content)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

async function* input(...chunks: Buffer[]): AsyncIterable<Buffer> {
  yield* chunks
}

const MAIN: [Entry, string] = [{ name: 'etc/postfix/main.cf' }, 'myhostname = mail.snow.example\n']
const refused = (archive: Buffer) =>
  readSource({ source: '-' }, input(archive)).then(
    () => 'taken',
    (error: unknown) => (error instanceof InputError ? error.code : error),
  )

describe('an archive', () => {
  it.each([
    ['with etc/ in its names, as tar(1) makes of /etc/postfix', 'etc/postfix/main.cf'],
    ['with ./ in its names', './etc/postfix/main.cf'],
    ['of the folders in /etc', 'postfix/main.cf'],
    ['of one server', 'main.cf'],
  ])('%s is laid out as on its host', async (_, name) => {
    const tree = await readSource({ source: '-' }, input(await tarOf([{ name }, 'x = y\n'])))
    expect([...tree.files.keys()]).toEqual(['/etc/postfix/main.cf'])
  })

  it('may be compressed, and come in pieces', async () => {
    const zipped = gzipSync(await tarOf(MAIN))
    const tree = await readSource({ source: '-' }, input(zipped.subarray(0, 3), zipped.subarray(3)))
    expect(tree.files.get('/etc/postfix/main.cf')?.content.toString()).toBe(MAIN[1])
  })

  it('keeps who owned a file, and its mode', async () => {
    const tree = await readSource(
      { source: '-' },
      input(await tarOf([{ name: 'postfix/main.cf', mode: 0o640, uname: 'root', gname: 'postfix' }, ''])),
    )
    expect(tree.files.get('/etc/postfix/main.cf')).toMatchObject({
      mode: 0o640,
      owner: { user: 'root', group: 'postfix' },
    })
  })

  it.each<[string, [Entry, string?]]>([
    ['a name with ..', [{ name: 'etc/postfix/../../passwd' }, 'x']],
    ['a link that climbs out', [{ name: 'etc/postfix/x', type: 'symlink', linkname: '../../../../root/.ssh/id_rsa' }]],
    ['a link to a file that was not given', [{ name: 'etc/postfix/x', type: 'symlink', linkname: '/etc/shadow' }]],
    ['a hard link that leads out', [{ name: 'etc/postfix/x', type: 'link', linkname: '../x' }]],
    ['a link to itself', [{ name: 'etc/postfix/x', type: 'symlink', linkname: 'x' }]],
    ['a device', [{ name: 'etc/postfix/x', type: 'character-device' }]],
    ['a named pipe', [{ name: 'etc/postfix/x', type: 'fifo' }]],
  ])('is refused with %s', async (_, entry) => {
    expect(await refused(await tarOf(MAIN, entry))).toBe('SOURCE_REFUSED')
  })

  it('has links that are followed inside of it, and those to packages and certificates left out', async () => {
    const tree = await readSource(
      { source: '-' },
      input(
        await tarOf(
          MAIN,
          [{ name: 'etc/postfix/virtual', type: 'symlink', linkname: '/etc/postfix/tables/virtual' }],
          [{ name: 'etc/postfix/tables/virtual' }, 'a b\n'],
          [{ name: 'etc/postfix/cert.pem', type: 'symlink', linkname: '/etc/letsencrypt/live/x/fullchain.pem' }],
        ),
      ),
    )
    expect(tree.files.get('/etc/postfix/virtual')?.content.toString()).toBe('a b\n')
    expect(tree.left).toContainEqual(expect.objectContaining({ path: '/etc/postfix/cert.pem' }))
  })

  it('leaves out what belongs to the package', async () => {
    const tree = await readSource(
      { source: '-' },
      input(await tarOf(MAIN, [{ name: 'etc/postfix/dynamicmaps.cf' }, 'x'])),
    )
    expect(tree.files.has('/etc/postfix/dynamicmaps.cf')).toBe(false)
  })

  it('is no archive where it is text, nothing, or cut short', async () => {
    expect(await refused(Buffer.from('hello\n'.repeat(200)))).toBe('SOURCE_NOT_TAR')
    expect(await refused(Buffer.alloc(0))).toBe('SOURCE_NOT_TAR')
    const whole = await tarOf([{ name: 'etc/postfix/main.cf' }, 'x'.repeat(2000)])
    expect(await refused(whole.subarray(0, 1100))).toBe('SOURCE_NOT_TAR')
  })

  it('is refused where no mail server is in it', async () => {
    expect(await refused(await tarOf([{ name: 'home/jim/letter' }, 'x']))).toBe('SOURCE_UNKNOWN')
  })

  it('is refused where it is larger than a configuration, also when it only unpacks to that', async () => {
    const large = gzipSync(await tarOf(MAIN, [{ name: 'etc/postfix/x' }, 'x'.repeat(LIMITS.file + 1)]))
    expect(large.length).toBeLessThan(1 << 20)
    expect(await refused(large)).toBe('SOURCE_TOO_LARGE')
  })
})

describe('a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailrig-source-'))
    await mkdir(join(folder, 'etc/postfix'), { recursive: true })
    await writeFile(join(folder, 'etc/postfix/main.cf'), MAIN[1])
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(['', 'etc', 'etc/postfix'])('is found whether it is /, /etc or one server: %s', async (below) => {
    const tree = await readSource({ source: join(folder, below) }, input())
    expect([...tree.files.keys()]).toContain('/etc/postfix/main.cf')
  })

  it('of one server may be given by an option', async () => {
    const tree = await readSource({ folders: { postfix: join(folder, 'etc/postfix') } }, input())
    expect([...tree.files.keys()]).toEqual(['/etc/postfix/main.cf'])
  })

  it('is refused with a link that leads out: what it leads to is never read', async () => {
    const out = await mkdtemp(join(tmpdir(), 'mailrig-source-'))
    await writeFile(join(out, 'main.cf'), '')
    await symlink('/etc/passwd', join(out, 'x'))
    const reading = readSource({ source: out }, input()).finally(() => rm(out, { recursive: true }))
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_REFUSED' })
  })

  it('has to be there', async () => {
    await expect(readSource({ source: join(folder, 'nowhere') }, input())).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
    })
  })
})
