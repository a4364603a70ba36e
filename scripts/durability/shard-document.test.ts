import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Row } from './page.ts'
import { joinShards, portionOf, writeShard } from './shard-document.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

const whole = ['a', 'b', 'c', 'd', 'e']
const row = (server: string): Row => ({
  server,
  trial: { of: 'mta', fault: 'power cut', sync: 'kept' },
  ...{ rounds: 1, accepted: 1, lost: 0, duplicated: 0, refused: 0, unknown: 0, awayMs: [1] },
})

async function written(index: number, own: object = {}): Promise<string> {
  const path = join(folder, `${index}.json`)
  const shard = { index, count: 2 }
  const rows = portionOf(whole, shard).map(row)
  const made = { startedAt: 10 - index, minutes: index, machine: '2 cores', commit: 'abc' }
  await writeShard(path, { format: 1, shard, whole, rows, ...made, ...own })
  return path
}

it('joins each trial once', async () => {
  const joined = await joinShards([await written(2), await written(1)])
  expect(joined.rows.map(({ server }) => server).toSorted()).toEqual(whole)
  expect(joined).toMatchObject({ startedAt: 8, minutes: 2, machine: '2 cores' })
})

it('refuses shards that are missing, cut short, or of another run', async () => {
  const [first, second] = [await written(1), await written(2)]
  await expect(joinShards([first])).rejects.toMatchObject({ code: 'SHARD_MISSING' })
  await expect(joinShards([first, second, second])).rejects.toMatchObject({ code: 'SHARD_DOUBLED' })
  await written(2, { rows: [row('b')] })
  await expect(joinShards([first, second])).rejects.toThrow('2.json is of a shard that was ended before its last trial')
  await written(2, { whole: ['x'] })
  await expect(joinShards([first, second])).rejects.toMatchObject({ code: 'SHARD_FOREIGN' })
})
