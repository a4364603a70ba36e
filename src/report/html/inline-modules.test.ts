import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inlineModules } from './inline-modules.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  const files = {
    'main.js': "import { a } from './a.js'\nimport {\n  b,\n} from './b.js'\n\nconsole.log(a + b)\n",
    'a.js': "import { b } from './b.js'\n\nexport const a = b + 1\n",
    'b.js': 'export const b = 1\n',
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
})
afterAll(() => rm(folder, { recursive: true }))

it('joins modules, each once and after those it imports', async () => {
  expect(await inlineModules(join(folder, 'main.js'))).toBe('const b = 1\n\nconst a = b + 1\n\nconsole.log(a + b)')
})
