import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { selfContext } from './self-context.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

const needsA = JSON.stringify({ dependencies: { a: '*' } })

it('has of a checkout its sources and what it needs, as they lie there', async () => {
  await put({
    'package.json': needsA,
    'bin/mailrig.js': '',
    'src/cli/main.ts': '',
    'src/cli/main.test.ts': '',
    'dist/cli/main.js': '',
    'scenarios/a.smtp': '',
    'node_modules/a/package.json': '{}',
    'node_modules/a/README.md': '',
    'node_modules/a/LICENSE.md': '',
    'node_modules/a/index.js': '',
    'node_modules/tool/package.json': '{}',
    node: 'a program',
  })
  await chmod(join(folder, 'bin/mailrig.js'), 0o755)
  const { files, program } = await selfContext(`${folder}/`, join(folder, 'node'))
  expect(program).toBe('bin/mailrig.js')
  expect(files.map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
    ['app/bin/mailrig.js', '755'],
    ['app/node_modules/a/LICENSE.md', '644'],
    ['app/node_modules/a/index.js', '644'],
    ['app/node_modules/a/package.json', '644'],
    ['app/package.json', '644'],
    ['app/src/cli/main.ts', '644'],
    ['app/node', '755'],
  ])
})

it('has of an installed package what was built, and its neighbours beside it', async () => {
  await put({
    'package.json': '{}',
    'secret.env': 'of the project',
    'node_modules/mailrig/package.json': needsA,
    'node_modules/mailrig/bin/mailrig.js': '',
    'node_modules/mailrig/dist/cli/main.js': '',
    'node_modules/a/package.json': '{}',
    node: 'a program',
  })
  const { files, program } = await selfContext(`${folder}/node_modules/mailrig/`, join(folder, 'node'))
  expect(program).toBe('node_modules/mailrig/bin/mailrig.js')
  expect(files.map(({ path }) => path)).toEqual([
    'app/node_modules/a/package.json',
    'app/node_modules/mailrig/bin/mailrig.js',
    'app/node_modules/mailrig/dist/cli/main.js',
    'app/node_modules/mailrig/package.json',
    'app/node',
  ])
})
