import { expect, it } from 'vitest'
import { ehloKeywords } from './ehlo.ts'

it('reads keywords and parameters, and not the greeting', () => {
  const lines = ['PIPELINING.example greets you', 'size 1000', 'AUTH PLAIN  LOGIN', '8BITMIME', '']
  expect([...ehloKeywords(lines)]).toEqual([
    ['SIZE', ['1000']],
    ['AUTH', ['PLAIN', 'LOGIN']],
    ['8BITMIME', []],
  ])
})
