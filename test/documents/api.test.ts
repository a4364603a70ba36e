import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type Api, readApi } from '../../scripts/write-api-pages.ts'
import { ROOT } from '../run-command.ts'

let api: Api
beforeAll(() => {
  api = readApi()
})

it('docs/api is what the docstrings say', async () => {
  const names = (await readdir(join(ROOT, 'docs/api'))).sort()
  expect(names).toEqual([...api.pages.keys()].sort())
  for (const [name, text] of api.pages) {
    const page = await readFile(join(ROOT, 'docs/api', name), 'utf8')
    expect(page === text, `docs/api/${name} is stale: run \`npm run docs\``).toBe(true)
  }
})

it('every name in an exported signature is exported itself', () => {
  // Add it to src/named-types.ts.
  expect(api.unnamed).toEqual([])
})

it('has what a scenario is written with, and hides what belongs to mailrig', () => {
  const scenarios = api.pages.get('vitest.md') ?? ''
  for (const name of ['rig', 'RigFixtures', 'RigOptions', 'TestMailbox']) expect(scenarios).toContain(`\n## ${name}\n`)
  expect(scenarios).toContain('toReceive(message: MailboxMatch')
  const types = api.pages.get('types.md') ?? ''
  expect(types).toMatch(/^class Session \{/m)
  expect(types).not.toMatch(/#private|constructor\((?!.*Error)/)
})

it('every link inside leads to a heading', () => {
  const headings = new Set(
    [...api.pages].flatMap(([page, text]) =>
      [...text.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => `${page}#${name.toLowerCase()}`),
    ),
  )
  for (const [page, text] of api.pages) {
    for (const [, target = ''] of text.matchAll(/\]\(([\w.-]*#[\w-]+)\)/g)) {
      expect([...headings]).toContain(target.startsWith('#') ? page + target : target)
    }
  }
})
