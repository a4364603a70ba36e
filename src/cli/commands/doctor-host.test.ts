import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { checkDirectories } from './doctor-host.ts'

afterEach(() => void vi.unstubAllEnvs())

it('is content with a directory that can be written to', () => {
  const place = mkdtempSync(join(tmpdir(), 'mailrig-doctor-'))
  vi.stubEnv('TMPDIR', place)
  const temp = checkDirectories().find(({ name }) => name === 'temp')
  rmSync(place, { recursive: true })
  expect(temp).toEqual({ name: 'temp', state: 'ok', found: place })
})

it('says that there is none, and the command that names another', () => {
  vi.stubEnv('TMPDIR', '/nonexistent')
  const temp = checkDirectories().find(({ name }) => name === 'temp')
  expect(temp).toMatchObject({ state: 'problem', found: expect.stringContaining('/nonexistent') })
  expect(temp?.remedy).toContain('export TMPDIR=')
})
