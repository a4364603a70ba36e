import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MTA_NAMES, mtaNamed } from '../src/servers/registry.ts'
import { freshPages, serversPage, withServerNames } from './write-servers-page.ts'

it('docs/servers.md and README.md are what the list of servers says', () => {
  for (const [path, fresh] of Object.entries(freshPages())) {
    expect(readFileSync(path, 'utf8'), `run \`npm run docs\`: ${path}`).toBe(fresh)
  }
})

it('a server that is added is added to both pages', () => {
  const fourth = { ...mtaNamed(MTA_NAMES[0] ?? ''), name: 'fourth', title: 'Fourth', supports: () => 'it is | new' }
  expect(serversPage([fourth], [])).toContain('| `fourth` | Fourth |')
  expect(serversPage([fourth], [])).toContain('| `dsn` | it is \\| new |')
  expect(withServerNames('a <!-- servers -->x<!-- end of servers --> b', [fourth], 'Store')).toBe(
    'a <!-- servers -->**Fourth** and **Store**<!-- end of servers --> b',
  )
})
