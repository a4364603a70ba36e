import { expect, it } from 'vitest'
import type { Durations } from '../../src/shards/durations.ts'
import { simulate } from './simulate.ts'

const recorded: Durations = {
  format: 1,
  projects: {
    'exim-trixie': Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`${index}.smtp`, 500 + ((index * 37) % 29) * 100]),
    ),
  },
}
const run = (shards: number, own: object = {}) =>
  simulate({ recorded, servers: 10, shards, overhead: 0, workers: 1, ...own })

it('does the same work in however many shards, and the slowest takes an n-th', () => {
  const [whole, ...more] = [1, 2, 4, 8].map((shards) => run(shards))
  for (const { shards, work, slowest, mean } of more) {
    expect(work).toBeCloseTo(whole?.work ?? 0)
    expect(slowest).toBeLessThanOrEqual((1.15 * (whole?.slowest ?? 0)) / shards)
    expect(slowest).toBeLessThanOrEqual(1.15 * mean)
  }
})

it('is never faster than the longest file, and pays for each shard', () => {
  const many = run(10_000)
  expect(many.files).toBe(400)
  expect(many.slowest).toBe(many.longestFile)
  expect(run(4, { overhead: 20 }).work - run(4).work).toBeCloseTo(80)
})

it('keeps servers together', () => {
  expect(run(10).servers).toEqual({ mean: 1, most: 1 })
})
