import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ROOMS } from './rooms.ts'
import { withRoomsTable } from './write-rooms-table.ts'

const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')

it('docs/architecture.md shows the table that is checked', () => {
  expect(page, 'run `npm run docs`').toBe(withRoomsTable(page, ROOMS))
  for (const { name } of ROOMS) expect(page).toContain(`| \`src/${name === '.' ? '' : name}\` |`)
})

it('a change of the table is a change of the page', () => {
  expect(withRoomsTable(page, [...ROOMS, { name: 'new', holds: 'nothing yet', knows: ['errors'] }])).toContain(
    '| `src/new` | nothing yet | errors |',
  )
})
