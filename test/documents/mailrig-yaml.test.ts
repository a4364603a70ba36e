import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { declaredSchema, parseDeclared } from '../../src/targets/adopted/settings-file.ts'
import { ROOT } from '../run-command.ts'
import { snippetsOf } from './snippets.ts'

const PAGE = 'docs/mailrig-yaml.md'

it('the page on mailrig.yaml has every key of it, and of an account, and no other', async () => {
  const text = await readFile(join(ROOT, PAGE), 'utf8')
  const keysOf = (head: string) => {
    const [, table = ''] = new RegExp(`^\\| ${head} \\|.*\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? []
    return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
  }
  expect(keysOf('key')).toEqual(Object.keys(declaredSchema.shape))
  const account = declaredSchema.shape.accounts.unwrap().element
  expect(keysOf('key of an account')).toEqual(Object.keys(account.shape))
})

it('each mailrig.yaml that a page shows can be read', async () => {
  const pages = [PAGE, 'docs/how-to/check-an-image-or-compose-file.md']
  const all = (await Promise.all(pages.map(snippetsOf))).flat()
  const shown = all.filter(
    ({ file, language, attributes }) =>
      language === 'yaml' && (file === PAGE || attributes.get('file') === 'mailrig.yaml'),
  )
  expect(shown.length).toBeGreaterThanOrEqual(2)
  for (const { text, file } of shown) expect(Object.keys(parseDeclared(text, file))).not.toEqual([])
})
