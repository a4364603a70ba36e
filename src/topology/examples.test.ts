import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import '../servers/registry.ts'
import { EXAMPLES, exampleFor, placesOf } from './examples.ts'
import { nativeExamples, nativeWords } from './native.ts'
import { formatPath } from './path.ts'
import { topologySchema } from './schema.ts'
import { schemasAt } from './shape.ts'

const schema = topologySchema()

/** The keys of a pattern, `main.cf` being one of them. */
const keysOf = (pattern: string) =>
  pattern.split(/(?<!main|master)\.|\.(?!cf$)/).map((key) => (key === '*' ? 'example.com' : key))

describe('the examples of errors', () => {
  it('are there for every key of a topology', () => {
    expect(Object.keys({ ...EXAMPLES, ...nativeExamples() })).toEqual(expect.arrayContaining(Object.keys(schema.shape)))
  })

  it("are there for every key of a server's own words", () => {
    const keys = [...nativeWords().keys()].flatMap((server) =>
      schemasAt(schema, ['native', server]).flatMap((one) =>
        Object.keys((one._zod.def as unknown as { shape: object }).shape).map((key) => `native.${server}.${key}`),
      ),
    )
    expect(keys.length).toBeGreaterThan(5)
    expect(Object.keys(nativeExamples())).toEqual(expect.arrayContaining(keys))
  })

  it.each(Object.entries({ ...EXAMPLES, ...nativeExamples() }))('hold: %s', (pattern, example) => {
    const schemas = schemasAt(schema, keysOf(pattern))
    expect(schemas, formatPath(keysOf(pattern))).not.toEqual([])
    for (const one of example.split(', or ')) {
      const value: unknown = parse(one)
      // Names alone stand for a record only where the record itself stands.
      const whole = keysOf(pattern).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
      expect([...schemas.map((each) => each.safeParse(value).success), schema.safeParse(whole).success], one).toContain(
        true,
      )
    }
  })
})

it('finds the example of a place, and of no other', () => {
  expect(exampleFor(['access', 3, 'action'])).toBe(EXAMPLES['access.*.action'])
  expect(exampleFor(['domains', 'a.b.example'])).toBe(EXAMPLES['domains.*'])
  expect(exampleFor(['native', 'postfix', 'main.cf'])).toBe(nativeExamples()['native.postfix.main.cf'])
  expect(exampleFor(['domains', 'a.example', 'mailbox'])).toBeUndefined()
  expect(exampleFor(['acces'])).toBeUndefined()
  expect(exampleFor([])).toBeUndefined()
})

it('knows where a key stands that was written elsewhere, misspelt or not', () => {
  expect(placesOf('mailboxes')).toEqual(['domains["…"].mailboxes'])
  expect(placesOf('alias')).toContain('local.aliases')
  expect(placesOf('colour')).toEqual([])
})
