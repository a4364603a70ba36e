import { describe, expect, it } from 'vitest'
import { driver, list, literal, literalPattern, lsearchTable } from './config-text.ts'

describe('driver', () => {
  it('writes one option a line and leaves out what is undefined', () => {
    expect(driver('remote_smtp', [['driver', 'smtp'], undefined, ['port', 2525], ['multi_domain', true]])).toBe(
      'remote_smtp:\n  driver = smtp\n  port = 2525\n  multi_domain',
    )
  })
})

describe('list', () => {
  it('doubles the colons inside items', () => {
    expect(list(['a', 'b:c'])).toBe('a : b::c')
  })
})

describe('literal', () => {
  it('keeps the expander from finding variables and escapes', () => {
    expect(literal('pay $5 {now}\\later\nor never')).toBe('pay \\$5 {now}\\\\later\\nor never')
  })
})

describe('literalPattern', () => {
  it('escapes for the regular expression first, for the expander second', () => {
    expect(literalPattern("o'x!a.b$c@d")).toBe("o'x!a\\\\.b\\\\\\$c@d")
  })
})

describe('lsearchTable', () => {
  it('quotes keys that would be a comment or end early', () => {
    expect(
      lsearchTable([
        ['jim@example.com', ''],
        ['#1@example.com', 'a@b.example'],
        ['o"neil', 'c@d.example, e@f.example'],
      ]),
    ).toBe('jim@example.com:\n"#1@example.com": a@b.example\n"o\\"neil": c@d.example, e@f.example\n')
  })
})
