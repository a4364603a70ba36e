import { expect, it } from 'vitest'
import { patience } from '../../src/metrics/patience.ts'
import { measureMerge } from './measure-merge.ts'

it('joins the documents of 1,000 shards in less than a minute and 1 GiB', async () => {
  const merged = await measureMerge({ shards: 1_000, servers: 20, files: 100, tests: 6, failing: 500 })
  console.log(`${merged.seconds.toFixed(1)} s, ${merged.mebibytes.toFixed(0)} MiB`)
  expect(merged).toMatchObject({ documents: 1_000, tests: 12_000 })
  expect(merged.seconds * 1_000).toBeLessThan(patience(60_000))
  expect(merged.mebibytes).toBeLessThan(1_024)
})
