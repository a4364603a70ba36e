import { expect, it } from 'vitest'
import { bootstrapRemedy } from './bootstrap-remedy.ts'

const archive = 'http://deb.debian.org/debian'
const registry = 'the engine gets no answer from an image registry'
const potato = (output: string) => bootstrapRemedy({ release: 'potato', output, registry, archive })

it('tells an archive that does not have the release from one that cannot be reached', () => {
  const gone = `E: The repository '${archive} potato Release' does not have a Release file.`
  expect(potato(`Err:4 ${archive} potato Release\n  404  Not Found\n${gone}`)).toMatch(
    /^http:\/\/deb\.debian\.org\/debian does not have Debian potato, /,
  )
  expect(potato(`Err:1 ${archive} potato InRelease\n  Could not resolve 'deb.debian.org'`)).toBe(
    `${registry}; see whether ${archive} can be reached from this host.`,
  )
})
