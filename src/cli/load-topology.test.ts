import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadTopology } from './load-topology.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrig-topology-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const SMALL = { domains: { 'example.com': { mailboxes: ['jim'] } } }

it.each([
  ['small.yaml', 'domains:\n  example.com: { mailboxes: [jim] }\n'],
  ['small.yml', 'domains: { example.com: { mailboxes: [jim] } }'],
  ['small.json', JSON.stringify(SMALL)],
  ['small.mjs', `export default ${JSON.stringify(SMALL)}`],
])('reads %s', async (name, text) => {
  expect(await loadTopology(write(name, text))).toEqual(SMALL)
})

it.each([
  [
    'misspelt.json',
    '{\n  "dmoains": {}\n}',
    /misspelt\.json:2:3: dmoains: there is no such key; did you mean "domains"\?/,
  ],
  ['elsewhere.yaml', 'alias: { sales: jim }', /elsewhere\.yaml:1:1: alias: .* did you mean .*local\.aliases\?/],
  ['torn.json', '{ "domains": ', /torn\.json:1:\d+: found YAML that cannot be read/],
  ['list.yaml', '- 5', /list\.yaml:1:1: /],
  ['empty.mjs', '', /empty\.mjs: it has no default export/],
  ['bug.smtp', 'C: QUIT', /it has "\.smtp" at the end of its name/],
  ['world', '', /it has no ending in its name/],
])('says what is wrong with %s, and where', async (name, text, message) => {
  await expect(loadTopology(write(name, text))).rejects.toThrow(message)
})

it.each(['gone.json', 'gone.mjs', 'gone.yaml'])('says that %s is not there', async (name) => {
  await expect(loadTopology(join(folder, name))).rejects.toThrow(`${name}: there is no such file`)
})
