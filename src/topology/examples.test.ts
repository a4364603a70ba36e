import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { EXAMPLES, exampleFor } from './examples.ts'
import { formatPath } from './path.ts'
import { topologySchema } from './schema.ts'
import { schemasAt } from './shape.ts'

/** The keys of a pattern, `main.cf` being one of them. */
const keysOf = (pattern: string) => pattern.split(/\.(?!cf)/).map((key) => (key === '*' ? anyKey(pattern) : key))
const anyKey = (pattern: string) => (pattern.startsWith('native') ? 'mc' : 'example.com')

describe('the examples of errors', () => {
  it('are there for every key of a topology', () => {
    expect(Object.keys(EXAMPLES)).toEqual(expect.arrayContaining(Object.keys(topologySchema.shape)))
  })

  it.each(Object.entries(EXAMPLES))('hold: %s', (pattern, example) => {
    const schemas = pattern.endsWith('exim.*')
      ? schemasAt(topologySchema, ['native', 'exim', 'main'])
      : pattern.endsWith('dovecot.*')
        ? schemasAt(topologySchema, ['native', 'dovecot', 'conf'])
        : schemasAt(topologySchema, keysOf(pattern))
    expect(schemas, formatPath(keysOf(pattern))).not.toEqual([])
    for (const one of example.split(', or ')) {
      const value: unknown = parse(one)
      // Names alone stand for a record only where the record itself stands.
      const whole = keysOf(pattern).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
      expect(
        [...schemas.map((schema) => schema.safeParse(value).success), topologySchema.safeParse(whole).success],
        one,
      ).toContain(true)
    }
  })
})

it('finds the example of a place, and of no other', () => {
  expect(exampleFor(['access', 3, 'action'])).toBe(EXAMPLES['access.*.action'])
  expect(exampleFor(['domains', 'a.b.example'])).toBe(EXAMPLES['domains.*'])
  expect(exampleFor(['native', 'postfix', 'main.cf'])).toBe(EXAMPLES['native.postfix.main.cf'])
  expect(exampleFor(['domains', 'a.example', 'catchAll'])).toBeUndefined()
  expect(exampleFor(['acces'])).toBeUndefined()
  expect(exampleFor([])).toBeUndefined()
})
