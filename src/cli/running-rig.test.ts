import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type KeptRig, rememberRig } from './kept-rigs.ts'
import { rigChosen } from './running-rig.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  vi.spyOn(process, 'getuid').mockReturnValue(1000)
  vi.stubEnv('XDG_STATE_HOME', folder)
  await mkdir(join(folder, 'mailrig/rigs'), { recursive: true })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function keep(name: string, target: string): Promise<void> {
  await rememberRig({ owner: '1:1', run: name, document: { name, target }, topology: {} } as unknown as KeptRig)
}

it('is the rig of that name, or the default one', async () => {
  expect(await rigChosen('mine', undefined)).toBe('mine')
  expect(await rigChosen(undefined, undefined)).toBe('default')
})

it('is the one rig that runs a target, with or without its release', async () => {
  await keep('one', 'production@bookworm')
  await keep('two', 'postfix-trixie')
  expect(await rigChosen(undefined, 'production')).toBe('one')
  expect(await rigChosen(undefined, 'production@bookworm')).toBe('one')
  expect(await rigChosen(undefined, 'postfix-trixie')).toBe('two')
  await expect(rigChosen(undefined, 'prod')).rejects.toThrow('no rig that runs "prod" is up')
})

it('is none where several run it, and where a name was given, too', async () => {
  await expect(rigChosen(undefined, 'production')).rejects.toMatchObject({
    remedy: '`mailrig up --target production` starts one.',
  })
  await keep('one', 'production@bookworm')
  await keep('two', 'production@trixie')
  await expect(rigChosen(undefined, 'production')).rejects.toThrow(
    'several rigs run "production": "one" (production@bookworm), "two" (production@trixie)',
  )
  await expect(rigChosen('one', 'production')).rejects.toMatchObject({ code: 'OPTIONS_CONFLICT' })
})
