import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errorsPage, placesOfErrors } from '../../scripts/write-errors-page.ts'
import { ERROR_CODES } from './error-codes.ts'

// That a code has an entry, the compiler sees to: MailrigError takes no other.

it('each entry is of a code that something throws', () => {
  const thrown = new Set(placesOfErrors().map(({ code }) => code))
  expect(thrown.size).toBeGreaterThan(80)
  for (const code of Object.keys(ERROR_CODES)) expect([...thrown], 'thrown somewhere').toContain(code)
})

it('reads class and message where an error is made', () => {
  const places = placesOfErrors()
  const find = (code: string) => places.find((place) => place.code === code)
  expect(find('UNKNOWN_MTA')).toEqual({
    code: 'UNKNOWN_MTA',
    file: 'src/servers/registry.ts',
    errorClass: 'InputError',
    message: 'there is no MTA …',
  })
  expect(places).toContainEqual(
    expect.objectContaining({
      code: 'TOPOLOGY_INVALID',
      errorClass: 'TopologyError',
      message: 'the topology is wrong in … place…',
    }),
  )
})

it('docs/errors.md is what the script makes of them', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  expect(page === errorsPage(), 'docs/errors.md is stale: run `npm run docs`').toBe(true)
  for (const code of Object.keys(ERROR_CODES)) expect(page).toContain(`\n### ${code}\n`)
})

it('each entry is whole sentences', () => {
  for (const [code, { cause, remedy }] of Object.entries(ERROR_CODES)) {
    expect(cause, code).toMatch(/^(?:[A-Z`]|mailrig|sendmail|apt-get).*\.$/)
    expect(remedy, code).toMatch(/^(?:[A-Z`]|mailrig|sendmail|apt-get).*\.$/)
  }
})
