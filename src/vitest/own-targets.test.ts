import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ownCells } from './own-targets.ts'

it('makes a cell of each release, with absolute paths', () => {
  const targets = { office: './etc', home: { etc: '/srv/etc', settings: 'home.yaml', releases: ['trixie'] } }
  expect(ownCells(targets, ['bookworm', 'trixie'])).toEqual([
    { mta: 'office', release: 'bookworm', adopted: { etc: resolve('etc') } },
    { mta: 'office', release: 'trixie', adopted: { etc: resolve('etc') } },
    { mta: 'home', release: 'trixie', adopted: { etc: '/srv/etc', settings: resolve('home.yaml') } },
  ])
})

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a name with a blank', { 'my office': './etc' }, /"my office" cannot be the name of a target/],
  ['a misspelt option', { office: { ect: './etc' } }, /office has no option "ect"; did you mean "etc"\?/],
  ['no folder', { office: {} }, /office\.etc is undefined, no folder/],
  ['a number', { office: 3 }, /office is 3, no folder/],
  ['no settings', { office: { etc: './etc', settings: '' } }, /office\.settings is "", no file/],
  [
    'a release alone',
    { office: { etc: './etc', releases: 'trixie' } },
    /office\.releases is "trixie", no list of names/,
  ],
  ['a release that does not exist', { office: { etc: './etc', releases: ['trixy'] } }, /trixy/],
])('refuses %s', (_what, targets, message) => {
  expect(() => ownCells(targets as never, ['bookworm'])).toThrow(message)
})
