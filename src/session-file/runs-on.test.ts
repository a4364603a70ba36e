import { expect, it } from 'vitest'
import { MTA_NAMES, mtaNamed, storeNamed } from '../servers/registry.ts'
import { completeSessionFile } from './load.ts'
import { lackingFor } from './runs-on.ts'

const postfix = mtaNamed('postfix')
const load = (...lines: string[]) => completeSessionFile(`${lines.join('\n')}\n`, 'a.smtp')

it('runs a file that judges every server on each release', async () => {
  const file = await load('S: 220')
  for (const release of ['bullseye', 'trixie', 'forky'] as const)
    expect(lackingFor(file, { mta: postfix, release })).toBeUndefined()
})

it('keeps a file away from a release of which it asserts nothing', async () => {
  const others = MTA_NAMES.filter((name) => name !== 'postfix')
  const file = await load(`S[${others.join(', ')}, postfix-bookworm, postfix-trixie]: 220`)
  expect(lackingFor(file, { mta: postfix, release: 'trixie' })).toBeUndefined()
  expect(lackingFor(file, { mta: postfix, release: 'forky' })).toBe(
    'postfix from forky: the file has no line that can fail there',
  )
})

it('says why a file is not meant for a server', async () => {
  const file = await load('---', 'needs: { mtas: [exim], reason: "its own words" }', '---', 'S: 220')
  expect(lackingFor(file, { mta: postfix, release: 'trixie' })).toBe('postfix from trixie: its own words')
})

it('says what the mail store beside the server has not, itself or for the server', async () => {
  const cyrus = storeNamed('cyrus')
  const needs = (feature: string) => load('---', `needs: [${feature}]`, '---', 'S: 220')
  const reason = async (feature: string, mta: string) =>
    lackingFor(await needs(feature), { mta: mtaNamed(mta), release: 'trixie', store: cyrus })
  expect(await reason('doveadm', 'exim')).toBe('the store is Cyrus, whose tools have other words')
  expect(await reason('submission-auth', 'postfix')).toMatch(/^Cyrus has no service that an MTA asks: /)
  expect(await reason('submission-auth', 'exim')).toBeUndefined()
  expect(lackingFor(await needs('doveadm'), { mta: postfix, release: 'trixie' })).toBeUndefined()
})
