import type { TestContext } from 'vitest'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { boundPatiently, patiently } from './patient-tests.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** As vitest makes it, as far as this is concerned. */
function testTask(timeout: number) {
  return { name: 'hangs', timeout, context: { signal: new AbortController().signal } as TestContext }
}

/** More than an idle machine's 20 s on the slowest one there can be. */
const FOR_EVER_MS = 20_000 * 15 + 1_000

it('ends a test that hangs, by the signal at which vitest gives up', async () => {
  const task = testTask(0)
  boundPatiently(task)
  await vi.advanceTimersByTimeAsync(19_000)
  expect(task.context.signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(FOR_EVER_MS)
  expect(task.context.signal.reason).toMatchObject({
    message: expect.stringMatching(/^waited \d+ ms for the test "hangs"/),
  })
})

it('leaves a test alone that has ended, or a time of its own', async () => {
  const [ended, literal] = [testTask(0), testTask(30_000)]
  boundPatiently(ended)()
  boundPatiently(literal)
  await vi.advanceTimersByTimeAsync(FOR_EVER_MS)
  expect([ended.context.signal.aborted, literal.context.signal.aborted]).toEqual([false, false])
})

it('gives what the work gives, or says what it waited for', async () => {
  await expect(patiently(Promise.resolve(7), 100, 'the servers')).resolves.toBe(7)
  const never = expect(patiently(new Promise(() => undefined), 100, 'the servers')).rejects.toThrow(
    /for the servers to end/,
  )
  await vi.advanceTimersByTimeAsync(100 * 15 + 1_000)
  await never
})
