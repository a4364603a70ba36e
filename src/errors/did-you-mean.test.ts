import { expect, it } from 'vitest'
import { nearest, oneOfThese } from './did-you-mean.ts'

const NAMES = ['aliases', 'domains', 'routes', 'recipient-verification', 'dsn', 'tls', 'expn']

it.each([
  ['domain', 'domains'],
  ['alias', 'aliases'],
  ['Domains', 'domains'],
  ['dmoains', 'domains'],
  ['recipient-verificaton', 'recipient-verification'],
  ['recipientverification', 'recipient-verification'],
  ['dsnn', 'dsn'],
  ['dns', 'dsn'],
  ['tsl', 'tls'],
])('knows what %s stands for', (word, meant) => {
  expect(nearest(word, NAMES)).toBe(meant)
})

it.each(['mailboxes', 'x', '', 'verification'])('does not guess at %j', (word) => {
  expect(nearest(word, NAMES)).toBeUndefined()
})

it('says both the guess and the list', () => {
  expect(oneOfThese('dsnn', NAMES.slice(4))).toBe('did you mean "dsn"? There is dsn, tls, expn')
  expect(oneOfThese('chunking', NAMES.slice(4))).toBe('there is dsn, tls, expn')
  expect(oneOfThese('x', [])).toBe('there is none')
})
