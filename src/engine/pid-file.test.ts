import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clearStalePidFile } from './pid-file.ts'

describe.runIf(process.platform === 'linux')('clearStalePidFile', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailrig-'))
    file = join(folder, 'daemon.pid')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const ownProgram = readFileSync('/proc/self/comm', 'utf8').trim()

  it('is true for a process of that program', () => {
    writeFileSync(file, `${process.pid}\n`)
    expect(clearStalePidFile(file, ownProgram)).toBe(true)
    expect(existsSync(file)).toBe(true)
  })

  it('removes a file whose process id now belongs to another program', () => {
    writeFileSync(file, `${process.pid}`)
    expect(clearStalePidFile(file, 'dockerd')).toBe(false)
    expect(existsSync(file), 'dockerd would refuse to start because of it').toBe(false)
  })

  it('removes a file whose process is gone, or that holds no number', () => {
    for (const text of ['4194305', 'no number', '']) {
      writeFileSync(file, text)
      expect(clearStalePidFile(file, 'dockerd')).toBe(false)
      expect(existsSync(file)).toBe(false)
    }
  })

  it('is false without a file', () => {
    expect(clearStalePidFile(file, 'dockerd')).toBe(false)
  })
})
