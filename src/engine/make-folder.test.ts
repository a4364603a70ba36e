import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

it('makes those above it too, and does nothing where it is there', () => {
  const root = mkdtempSync(join(tmpdir(), 'mailrig-folder-'))
  makeFolder(join(root, 'a/b/c'))
  makeFolder(join(root, 'a/b/c'))
  expect(existsSync(join(root, 'a/b/c'))).toBe(true)
  rmSync(root, { recursive: true })
})

it('takes no file for a folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'mailrig-folder-'))
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/)
  expect(() => makeFolder(join(root, 'file/below'))).toThrow(/ENOTDIR/)
  rmSync(root, { recursive: true })
})

it.skipIf(process.platform !== 'linux')('comes to an end where none can be made: /proc is of Linux', () => {
  expect(() => makeFolder('/proc/no-such-folder/at-all')).toThrow(/ENOENT/)
})
