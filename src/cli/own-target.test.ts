import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OwnChoice, ownTarget, refuseBeside } from './own-target.ts'

let folder: string
let compose: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrig-own-'))
  compose = join(folder, 'shop.yaml')
  writeFileSync(compose, 'services: { mail: { image: "mail:1" }, web: { image: "web:1" } }\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('takes an image and a service of a compose file as they are, by a short name', async () => {
  expect(await ownTarget({ image: 'registry.example.com/shop/mail:1.2' })).toMatchObject({
    label: 'mail',
    releases: ['image'],
    source: { image: 'registry.example.com/shop/mail:1.2' },
  })
  expect(await ownTarget({ compose, service: 'mail' })).toMatchObject({
    label: 'mail',
    releases: ['compose'],
    source: { compose, service: 'mail' },
  })
})

it('chooses nothing where no option does', async () => {
  expect(await ownTarget({ release: 'trixie' })).toBeUndefined()
})

it.each<[string, OwnChoice, RegExp]>([
  ['two servers', { target: './etc', image: 'mail:1' }, /^--target and --image are two servers/],
  ['a service alone', { service: 'mail' }, /no file is named/],
  ['a service of an image', { image: 'mail:1', service: 'mail' }, /no file is named/],
  ['settings alone', { settings: 'mailrig.yaml' }, /--settings belongs to --target, --image or --compose/],
  ['a release of an image', { image: 'mail:1', release: 'trixie' }, /^--image is run as it is/],
  ['no image name', { image: 'a b' }, /"a b" is not an image name/],
  ['a compose file that is not there', { compose: '/none/compose.yaml' }, /there is no such file/],
])('refuses %s', async (_what, options, message) => {
  await expect(ownTarget(options)).rejects.toThrow(message)
  await expect(ownTarget(options)).rejects.toMatchObject({ exitCode: 2 })
})

it('refuses a service that the compose file has not, naming those it has', async () => {
  await expect(ownTarget({ compose, service: 'mial' })).rejects.toThrow(/has no service mial; did you mean "mail"\?/)
})

it('refuses beside it what belongs to a rendered server', () => {
  expect(() => refuseBeside({ image: 'mail:1', ...{ mta: 'exim' } }, ['mta'])).toThrow(
    /^--image is a server with its own configuration, and mta belongs to one that mailrig renders/,
  )
})
