import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashBuildContext, readBuildContext } from './build-context.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrig-context-'))
  mkdirSync(join(root, 'mta/conf'), { recursive: true })
  writeFileSync(join(root, 'mta/Dockerfile'), 'ARG BASE\nFROM $BASE\n')
  writeFileSync(join(root, 'mta/conf/main.cf'), 'a = b\n', { mode: 0o600 })
  writeFileSync(join(root, 'mta/entrypoint'), '#!/bin/sh\n')
  chmodSync(join(root, 'mta/entrypoint'), 0o700)
})
afterEach(() => rmSync(root, { recursive: true }))

const hash = async (salt = 'bookworm') => hashBuildContext(await readBuildContext('mta', root), salt)

describe('readBuildContext', () => {
  it('has every file, sorted, with modes that no umask changes', async () => {
    expect((await readBuildContext('mta', root)).map(({ path, mode }) => `${mode.toString(8)} ${path}`)).toEqual([
      '644 Dockerfile',
      '644 conf/main.cf',
      '755 entrypoint',
    ])
  })

  it('refuses a server that has none', async () => {
    await expect(readBuildContext('qmail', root)).rejects.toThrow('there is no image for "qmail"')
  })
})

describe('hashBuildContext', () => {
  it('is twelve digits that change with contents, names, modes and salt, and with nothing else', async () => {
    const first = await hash()
    expect(first).toMatch(/^[0-9a-f]{12}$/)
    expect(await hash()).toBe(first)
    expect(await hash('trixie')).not.toBe(first)

    writeFileSync(join(root, 'mta/conf/main.cf'), 'a = c\n')
    const changed = await hash()
    expect(changed).not.toBe(first)

    chmodSync(join(root, 'mta/conf/main.cf'), 0o755)
    expect(await hash()).not.toBe(changed)
  })

  it('does not take one split of the same octets for another', () => {
    const file = (path: string, content: string) => ({ path, content, mode: 0o644 })
    expect(hashBuildContext([file('ab', 'c')], '')).not.toBe(hashBuildContext([file('a', 'bc')], ''))
  })
})
