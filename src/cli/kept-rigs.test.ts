import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { forgetRig, type KeptRig, keptRig, keptRigs, rememberRig } from './kept-rigs.ts'

let folder: string
const rigs = () => join(folder, 'mailrig/rigs')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  vi.spyOn(process, 'getuid').mockReturnValue(1000)
  vi.stubEnv('XDG_STATE_HOME', folder)
  await mkdir(rigs(), { recursive: true })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

function rigNamed(name: string): KeptRig {
  return {
    owner: '1:1',
    run: 'abc',
    document: {
      name,
      mta: { name: 'postfix', version: '3.7', release: 'bookworm', host: 'mx.example.com' },
      endpoints: {},
      accounts: [],
      authority: 'PEM',
      authorityFile: join(rigs(), `${name}.pem`),
    },
    topology: {},
    proxy: { certificate: '', key: '' },
  } as unknown as KeptRig
}

it('knows the rigs that are kept, by name, until they are forgotten', async () => {
  await rememberRig(rigNamed('two'))
  await rememberRig(rigNamed('one'))
  expect((await keptRigs()).map(({ document }) => document.name)).toEqual(['one', 'two'])
  await writeFile(join(rigs(), 'one.sock'), '')
  await forgetRig('one')
  expect((await readdir(rigs())).sort()).toEqual(['two.json', 'two.pem'])
  expect(await keptRig('one')).toBeUndefined()
  expect((await keptRigs()).map(({ document }) => document.name)).toEqual(['two'])
})

it('passes over a rig that another process ends meanwhile', async () => {
  await rememberRig(rigNamed('stays'))
  // Listed, and gone by the time it is read: what a name that leads nowhere looks like.
  await symlink(join(rigs(), 'nowhere'), join(rigs(), 'ended.json'))
  expect((await keptRigs()).map(({ document }) => document.name)).toEqual(['stays'])
})

it('puts a rig in its place whole: who has opened the file before reads what it was', async () => {
  await rememberRig(rigNamed('one'))
  const path = join(rigs(), 'one.json')
  const before = await readFile(path, 'utf8')
  await using reader = await open(path)
  await rememberRig({ ...rigNamed('one'), run: 'another' })
  expect(await reader.readFile('utf8')).toBe(before)
  expect((await keptRig('one'))?.run).toBe('another')
  expect((await readdir(rigs())).sort()).toEqual(['one.json', 'one.pem'])
})
