import { expect, it } from 'vitest'
import type { LoadAccount } from './load-account.ts'
import { kneeOf, type RampStep, runRamp, stepsUpTo } from './ramp.ts'

const step = (connections: number, p50: number): RampStep => ({
  connections,
  acceptedPerSecond: 100 * connections,
  acceptMs: { p50, p90: p50, p99: p50, max: p50 },
})

it('doubles the connections, and ends with the most', () => {
  expect(stepsUpTo(1)).toEqual([1])
  expect(stepsUpTo(10)).toEqual([1, 2, 4, 8, 10])
})

it('finds the knee before the latency doubled, and none where it did not', () => {
  expect(kneeOf([step(1, 5), step(2, 6), step(4, 9.9), step(8, 10)])?.connections).toBe(4)
  expect(kneeOf([step(1, 5), step(2, 10)])?.connections).toBe(1)
  expect(kneeOf([step(1, 5), step(2, 9)])).toBeUndefined()
  expect(kneeOf([])).toBeUndefined()
})

it('goes no further than the knee', async () => {
  const latency: Record<number, number> = { 1: 5, 2: 6, 4: 12, 8: 30 }
  const tried: number[] = []
  const { steps, knee } = await runRamp({
    upTo: 8,
    load: async (connections) => {
      tried.push(connections)
      return step(connections, latency[connections] ?? 0) as unknown as LoadAccount
    },
  })
  expect(tried).toEqual([1, 2, 4])
  expect(steps).toHaveLength(3)
  expect(knee?.connections).toBe(2)
})
