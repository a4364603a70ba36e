import { expect, it } from 'vitest'
import { Latencies } from './latencies.ts'

it('tells percentiles to within two percent, whatever the order', () => {
  const latencies = new Latencies()
  for (let ms = 1000; ms >= 1; ms -= 1) latencies.add(ms)
  const { p50, p90, p99, max } = latencies.summary() ?? {}
  for (const [told, real] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const) {
    expect(told).toBeGreaterThanOrEqual(real)
    expect(told).toBeLessThanOrEqual(real * 1.02)
  }
  expect(max).toBe(1000)
})

it('tells nothing of nothing, and no more than the longest', () => {
  const latencies = new Latencies()
  expect(latencies.summary()).toBeUndefined()
  latencies.add(3)
  expect(latencies.summary()).toEqual({ p50: 3, p90: 3, p99: 3, max: 3 })
  latencies.add(0)
  expect(latencies.count).toBe(2)
})
