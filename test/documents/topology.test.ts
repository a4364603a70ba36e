import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { topologySchema } from '../../src/topology/schema.ts'
import { ROOT } from '../run-command.ts'

const page = await readFile(join(ROOT, 'docs/topology.md'), 'utf8')
const list = /^## All keys\n.*?(?=^## )/ms.exec(page)?.[0] ?? ''

it('the list of all keys of a topology is complete, and in the order of the alphabet', () => {
  const keys = [...list.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map((key) => key.replaceAll('`', '')),
  )
  expect(keys).toEqual(keys.toSorted())
  expect(keys).toEqual(Object.keys(topologySchema().shape).toSorted())
})

it('no table is longer than people read', () => {
  const tables = page.replace(list, '').match(/(?:^\|.*\n)+/gm) ?? []
  expect(tables.length).toBeGreaterThan(5)
  for (const table of tables) expect(table.split('\n').length, table).toBeLessThanOrEqual(13)
})
