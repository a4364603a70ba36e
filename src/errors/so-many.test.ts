import { expect, it } from 'vitest'
import { soMany } from './so-many.ts'

it.each([
  [0, '0 mutants'],
  [1, '1 mutant'],
  [2, '2 mutants'],
])('says %s of something as people do', (count, words) => {
  expect(soMany(count, 'mutant')).toBe(words)
})
