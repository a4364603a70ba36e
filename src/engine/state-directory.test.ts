import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { stateDirectory } from './state-directory.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  vi.spyOn(process, 'getuid').mockReturnValue(1000)
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

it('is made for a user below XDG_STATE_HOME', () => {
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'))
  expect(stateDirectory()).toBe(join(folder, 'state/mailrig'))
})

it('says what to do where it cannot be made', async () => {
  await writeFile(join(folder, 'file'), '')
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'file'))
  expect(() => stateDirectory()).toThrow(
    expect.objectContaining({ code: 'NO_STATE_DIRECTORY', remedy: expect.stringContaining('XDG_STATE_HOME') }),
  )
})
