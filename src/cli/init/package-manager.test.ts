import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, detectPackageManager } from './package-manager.ts'

const NPM = 'npm/11.19.1 node/v24.21.0 linux x64 workspaces/false'
const PNPM = 'pnpm/12.21.0 npm/? node/v24.21.0 linux x64'
const YARN = 'yarn/1.22.22 npm/? node/v24.21.0 linux x64'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('detectPackageManager', () => {
  it.each([
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['package-lock.json', 'npm'],
    ['npm-shrinkwrap.json', 'npm'],
  ])('goes by the lockfile: %s', async (file, name) => {
    await writeFile(join(folder, file), '')
    expect(detectPackageManager(folder, undefined, YARN)).toBe(name)
    expect(detectPackageManager(folder, undefined, PNPM)).toBe(name)
  })

  it('finds the lockfile of a workspace above', async () => {
    await writeFile(join(folder, 'pnpm-lock.yaml'), '')
    await mkdir(join(folder, 'packages/mail'), { recursive: true })
    expect(detectPackageManager(join(folder, 'packages/mail'), undefined, NPM)).toBe('pnpm')
  })

  it('goes by package.json before all', async () => {
    await writeFile(join(folder, 'package-lock.json'), '')
    expect(detectPackageManager(folder, 'yarn@4.9.1', PNPM)).toBe('yarn')
  })

  it.each([
    [PNPM, 'pnpm'],
    [YARN, 'yarn'],
    [NPM, 'npm'],
    ['bun/1.3.0', 'npm'],
    ['', 'npm'],
  ])('goes by who runs the command where nothing else tells: %s', (userAgent, name) => {
    expect(detectPackageManager(folder, undefined, userAgent)).toBe(name)
  })

  it('passes over one that it does not know', () => {
    expect(detectPackageManager(folder, 'bun@1.3.0', PNPM)).toBe('pnpm')
  })
})

it('yarn before 2 knows no --immutable', () => {
  expect(commandsOf('yarn').install).toBe('yarn install --frozen-lockfile')
  expect(commandsOf('yarn', { modern: true }).install).toBe('yarn install --immutable')
})
