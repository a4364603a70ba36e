import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readProject } from './project.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

function put(path: string, content: object | string): Promise<void> {
  return writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
}

it.each([
  [{ type: 'module' }, 'js'],
  [{ type: 'commonjs' }, 'mjs'],
  [{}, 'mjs'],
  [{ type: 'module', devDependencies: { typescript: '^7.0.0' } }, 'ts'],
  [{ devDependencies: { typescript: '^7.0.0' } }, 'mts'],
])('%j has its modules as .%s', async (packageFile, extension) => {
  await put('package.json', packageFile)
  expect(await readProject(folder)).toMatchObject({ extension })
})

it('is TypeScript where there is a tsconfig.json, unless the user says otherwise', async () => {
  await put('package.json', { type: 'module' })
  await put('tsconfig.json', '{}')
  expect(await readProject(folder)).toMatchObject({ extension: 'ts' })
  expect(await readProject(folder, { typescript: false })).toMatchObject({ extension: 'js' })
})

it('tells what is not installed', async () => {
  await put('package.json', { devDependencies: { vitest: '^5.0.0' } })
  expect(await readProject(folder)).toMatchObject({ missing: ['mailrig'] })
})

it('wants vite beside vitest where the package manager does not bring it', async () => {
  await put('package.json', { packageManager: 'yarn@1.22.22', devDependencies: { mailrig: '*', vitest: '*' } })
  expect(await readProject(folder)).toMatchObject({ missing: ['vite'] })
  await put('package.json', { packageManager: 'pnpm@12.21.0', devDependencies: { mailrig: '*', vitest: '*' } })
  expect(await readProject(folder)).toMatchObject({ missing: [] })
})

it.each([
  [{ packageManager: 'yarn@4.9.1' }, 'yarn install --immutable'],
  [{ packageManager: 'yarn@1.22.22' }, 'yarn install --frozen-lockfile'],
])('%j is installed with `%s`', async (packageFile, install) => {
  await put('package.json', packageFile)
  expect(await readProject(folder)).toMatchObject({ packageManager: { install, pinned: true } })
})

it('has tests of its own where a script runs vitest and there are some, not among the installed packages', async () => {
  await put('package.json', { scripts: { test: 'vitest run' } })
  await mkdir(join(folder, 'node_modules/other'), { recursive: true })
  await put('node_modules/other/a.test.js', '')
  expect(await readProject(folder)).toMatchObject({ hasUnitTests: false })
  await mkdir(join(folder, 'src'))
  await put('src/a.spec.tsx', '')
  expect(await readProject(folder)).toMatchObject({ hasUnitTests: true })
  await put('package.json', { scripts: { test: 'jest' } })
  expect(await readProject(folder)).toMatchObject({ hasUnitTests: false })
})

it('knows a repository above, and that it is in none', async () => {
  await put('package.json', {})
  expect(await readProject(folder)).toMatchObject({ repository: undefined })
  await mkdir(join(folder, 'packages/mail'), { recursive: true })
  await mkdir(join(folder, '.git'))
  await put('packages/mail/package.json', {})
  expect(await readProject(folder)).toMatchObject({ repository: undefined })
  expect(await readProject(join(folder, 'packages/mail'))).toMatchObject({ repository: folder })
})

it('refuses a folder without package.json, and one whose package.json is no JSON', async () => {
  await expect(readProject(folder)).rejects.toMatchObject({
    code: 'NO_PACKAGE',
    exitCode: 2,
    message: `there is no package.json in ${folder}`,
    remedy: expect.stringContaining('npm init -y'),
  })
  await put('package.json', '{')
  await expect(readProject(folder)).rejects.toMatchObject({
    code: 'NO_PACKAGE',
    message: expect.stringContaining(`${join(folder, 'package.json')}: `),
  })
})
