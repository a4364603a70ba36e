import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packTar, unpackTar } from './tar.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrig-tar-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('packTar', () => {
  it('writes archives that tar(1) extracts, with contents and modes', () => {
    writeFileSync(
      join(folder, 'a.tar'),
      packTar([
        { path: '/etc/mail/access', content: 'Connect:10 RELAY\n', mode: 0o644 },
        { path: '/etc/tls/key.pem', content: Buffer.alloc(1500, 'k'), mode: 0o600 },
        { path: 'empty', content: '', mode: 0o755 },
      ]),
    )
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder })
    expect(readFileSync(join(folder, 'etc/mail/access'), 'utf8')).toBe('Connect:10 RELAY\n')
    expect(readFileSync(join(folder, 'etc/tls/key.pem'), 'utf8')).toBe('k'.repeat(1500))
    expect(statSync(join(folder, 'etc/tls/key.pem')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'empty')).mode & 0o777).toBe(0o755)
    expect(statSync(join(folder, 'empty')).size).toBe(0)
  })

  it('is read back by unpackTar, with a path of more than 100 octets', () => {
    const path = `${'directory/'.repeat(12)}${'f'.repeat(90)}`
    const mtime = new Date(1_700_000_000_000)
    expect(unpackTar(packTar([{ path, content: 'x', mode: 0o640 }], mtime))).toEqual([
      { path, type: 'file', content: Buffer.from('x'), mode: 0o640, uid: 0, gid: 0, mtime },
    ])
  })

  it('refuses a path that no ustar header holds', () => {
    const path = 'f'.repeat(101)
    expect(() => packTar([{ path, content: '', mode: 0o644 }])).toThrow(`the path is too long for an archive: ${path}`)
  })
})

describe('unpackTar', () => {
  for (const format of ['pax', 'gnu', 'ustar']) {
    it(`reads what tar(1) writes in ${format} format`, () => {
      const long = format === 'ustar' ? 'short' : `${'n'.repeat(120)}é`
      writeFileSync(join(folder, long), 'mail\n')
      execFileSync('mkdir', [join(folder, 'cur')])
      execFileSync('ln', ['-s', long, join(folder, 'cur', 'link')])
      const options = [`--format=${format}`, '--owner=root:0', '--group=mail:8', '--mtime=@1700000000', '--mode=0640']
      execFileSync('tar', [...options, '-cf', 'a.tar', long, 'cur'], { cwd: folder })
      const entries = unpackTar(readFileSync(join(folder, 'a.tar')))
      expect(entries.map(({ path, type, gid }) => ({ path, type, gid }))).toEqual([
        { path: long, type: 'file', gid: 8 },
        { path: 'cur', type: 'directory', gid: 8 },
        { path: 'cur/link', type: 'symlink', gid: 8 },
      ])
      expect(entries[0]).toMatchObject({
        content: Buffer.from('mail\n'),
        mode: 0o640,
        mtime: new Date(1_700_000_000_000),
      })
    })
  }

  it('says that an archive is cut short', () => {
    const whole = packTar([{ path: 'a', content: Buffer.alloc(2000), mode: 0o644 }])
    expect(() => unpackTar(whole.subarray(0, 1024))).toThrow('ends in the middle, at octet 1024')
  })

  it('says that an archive is damaged', () => {
    const whole = packTar([{ path: 'a', content: 'x', mode: 0o644 }])
    whole[0] = 0x62
    expect(() => unpackTar(whole)).toThrow(/damaged at octet 0: checksum \d+, not \d+/)
  })
})
