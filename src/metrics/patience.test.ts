import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Allowance, afterPatience, bound, patience } from './patience.ts'

let slow = 1
const slowness = () => slow

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
  slow = 1
})

it('stretches a bound by how slow the machine is now', () => {
  slow = 2.5
  expect(patience(10_000, slowness)).toBe(25_000)
})

describe('afterPatience', () => {
  it('is over after its time on an idle machine', async () => {
    const over = vi.fn()
    afterPatience(10_000, over, slowness)
    await vi.advanceTimersByTimeAsync(9_990)
    expect(over).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(20)
    expect(over).toHaveBeenCalledExactlyOnceWith(expect.closeTo(10_000, -1))
  })

  it('follows a machine that becomes slow, and quick again', async () => {
    const over = vi.fn()
    afterPatience(10_000, over, slowness)
    await vi.advanceTimersByTimeAsync(5_000)
    slow = 10
    await vi.advanceTimersByTimeAsync(40_000)
    expect(over).not.toHaveBeenCalled()
    slow = 1
    await vi.advanceTimersByTimeAsync(1_100)
    expect(over).toHaveBeenCalledOnce()
  })

  it('is not over once it was ended', async () => {
    const over = vi.fn()
    const end = afterPatience(100, over, slowness)
    await vi.advanceTimersByTimeAsync(50)
    end()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(over).not.toHaveBeenCalled()
  })

  it('lets what has come be told first', async () => {
    const over = vi.fn()
    const end = afterPatience(100, over, slowness)
    vi.advanceTimersToNextTimer()
    end()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(over).not.toHaveBeenCalled()
  })
})

it('does not count the time for which the process itself was held up', () => {
  const allowance = new Allowance(10_000, slowness)
  vi.advanceTimersByTime(60_000)
  expect(allowance.spend()).toBe(9_000)
})

it('takes literally what somebody asked for', async () => {
  const over = vi.fn()
  bound(300, 10_000, over)
  await vi.advanceTimersByTimeAsync(300)
  expect(over).toHaveBeenCalledExactlyOnceWith(300)
})
