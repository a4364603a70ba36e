import { expect, it } from 'vitest'
import { mtaNamed } from '../servers/registry.ts'
import { completeSessionFile } from './load.ts'
import { lackingFor } from './runs-on.ts'

const postfix = mtaNamed('postfix')
const load = (...lines: string[]) => completeSessionFile(`${lines.join('\n')}\n`, 'a.smtp')

it('runs a file that judges every server on each release', async () => {
  const file = await load('S: 220')
  for (const release of ['bullseye', 'trixie', 'forky']) expect(lackingFor(file, postfix, release)).toBeUndefined()
})

it('keeps a file away from a release of which it asserts nothing', async () => {
  const file = await load('S[exim, sendmail, postfix-bookworm, postfix-trixie]: 220')
  expect(lackingFor(file, postfix, 'trixie')).toBeUndefined()
  expect(lackingFor(file, postfix, 'forky')).toBe('postfix from forky: the file has no line that can fail there')
})

it('says why a file is not meant for a server', async () => {
  const file = await load('---', 'needs: { mtas: [exim], reason: "its own words" }', '---', 'S: 220')
  expect(lackingFor(file, postfix, 'trixie')).toBe('postfix from trixie: its own words')
})
