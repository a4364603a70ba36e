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

it('makes one cell of an image and of a service, whatever the releases', () => {
  const targets = {
    shop: { image: 'registry.example.com/mail:1.2' },
    office: { compose: 'compose.yaml', service: 'mail', settings: 'mailrig.yaml' },
  }
  expect(ownCells(targets, ['bookworm', 'trixie'])).toEqual([
    { mta: 'shop', release: 'image', adopted: { image: 'registry.example.com/mail:1.2' } },
    {
      mta: 'office',
      release: 'compose',
      adopted: { compose: resolve('compose.yaml'), service: 'mail', settings: resolve('mailrig.yaml') },
    },
  ])
})

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a name with a blank', { 'my office': './etc' }, /"my office" cannot be the name of a target/],
  ['a misspelt option', { office: { ect: './etc' } }, /office has no option "ect"; did you mean "etc"\?/],
  ['nothing', { office: {} }, /office says neither `etc` nor `image` nor `compose`/],
  ['two kinds', { office: { etc: './etc', image: 'mail:1' } }, /office has `etc` and `image`: it is one of them/],
  ['no image', { office: { image: '' } }, /office\.image is "", no image/],
  ['no service', { office: { compose: 'compose.yaml', service: 3 } }, /office\.service is 3, no service/],
  [
    'releases of an image',
    { office: { image: 'mail:1', releases: ['trixie'] } },
    /office has no option "releases"; there is image, settings/,
  ],
  ['a number', { office: 3 }, /office is 3, no folder, image or compose file/],
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
