import { expect, it } from 'vitest'
import { masked } from './mask-said.ts'

it.each([
  ['AUTH PLAIN AGppbQ==', '', 'AUTH PLAIN ***'],
  ['auth plain', '', 'auth plain'],
  ['AUTH PLAIN =', '', 'AUTH PLAIN ='],
  ['AGppbQ==', '334', '***'],
  ['*', '334', '*'],
  ['PASS secret', '', 'PASS ***'],
  ['a1 LOGIN jim secret', '', 'a1 LOGIN jim ***'],
  ['a1 AUTHENTICATE PLAIN AGppbQ==', '', 'a1 AUTHENTICATE PLAIN ***'],
  ['AUTHENTICATE "PLAIN" "AGppbQ=="', '', 'AUTHENTICATE "PLAIN" ***'],
  ['MAIL FROM:<jim@example.com>', '250', 'MAIL FROM:<jim@example.com>'],
])('shows %j after %j as %j', (line, status, shown) => {
  expect(masked([line], status)).toBe(shown)
})
