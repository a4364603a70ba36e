import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { packageClosure } from './package-closure.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(path: string, needs: object = {}): Promise<string> {
  const where = join(folder, path)
  await mkdir(where, { recursive: true })
  await writeFile(join(where, 'package.json'), JSON.stringify(needs))
  return where
}

it('finds what is needed as Node does, and nothing else', async () => {
  const own = await put('own', {
    dependencies: { a: '*' },
    devDependencies: { tool: '*' },
    peerDependencies: { p: '*' },
  })
  await put('node_modules/a', { dependencies: { b: '*' }, optionalDependencies: { 'not-here': '*' } })
  await put('node_modules/a/node_modules/b', { dependencies: { a: '*' } })
  await put('node_modules/b')
  await put('node_modules/tool')
  await put('own/node_modules/p')
  expect(await packageClosure(own)).toEqual(
    ['node_modules/a', 'node_modules/a/node_modules/b', 'own/node_modules/p'].map((path) => join(folder, path)),
  )
})
