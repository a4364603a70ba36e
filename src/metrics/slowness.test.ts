import { afterEach, expect, it, vi } from 'vitest'
import { noticeBoot, type Signs, slowness, slownessBy } from './slowness.ts'

afterEach(() => void vi.useRealTimers())

const idle: Signs = { wanting: 1, processors: 2, ran: 100, waited: 1, boots: 0.3 }

it.each<[string, Partial<Signs>, number]>([
  ['an idle machine', {}, 1.01],
  ['as many tasks as processors', { wanting: 2 }, 1.01],
  ['a load of 25 on two processors', { wanting: 25 }, 12.5],
  ['a thread that waits three times as long as it runs', { waited: 300 }, 4],
  ['a thread that hardly ran, of which nothing can be said', { ran: 0.1, waited: 3 }, 1],
  ['a thread that waited a second to run at all', { ran: 0, waited: 1_000 }, 15],
  ['servers that take four times as long to boot', { boots: 4 }, 4],
  ['anything at all', { wanting: 4_000 }, 15],
])('%s', (_what, signs, expected) => {
  expect(slownessBy({ ...idle, ...signs })).toBeCloseTo(expected, 2)
})

it('reads the signs of this machine', () => {
  expect(slowness()).toBeGreaterThanOrEqual(1)
  expect(slowness()).toBeLessThanOrEqual(15)
})

// A look reads files of /proc; with one for each reply of a dialogue, a session file took four times as long.
it('holds what it saw for 20 ms, however often it is asked, and then looks again', () => {
  // The last look was by the clock of a process that may have run for minutes. In whole milliseconds: parts of one do not
  // always add up to 20.
  const real = Math.ceil(performance.now())
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.advanceTimersByTime(real + 60_000)
  const seen = slowness()
  for (const ms of [14_500, 14_500]) noticeBoot(ms)
  vi.advanceTimersByTime(19)
  expect(slowness()).toBe(seen)
  vi.advanceTimersByTime(1)
  expect(slowness()).toBeGreaterThanOrEqual(14.5)
})

it('does not hold what it saw by a clock that a test had put ahead', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.advanceTimersByTime(900_000_000)
  for (const ms of [10, 10, 10]) noticeBoot(ms)
  slowness()
  vi.useRealTimers()
  for (const ms of [14_900, 14_900]) noticeBoot(ms)
  expect(slowness()).toBeGreaterThanOrEqual(14.9)
})
