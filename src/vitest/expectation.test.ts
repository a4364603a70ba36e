import { expect, it } from 'vitest'
import { Expectation } from './expectation.ts'

const failing = () => Expectation.of(Promise.reject(new Error('in vain')))

it('is taken by whoever waits for it', async () => {
  const ways: ((one: Expectation<void>) => Promise<unknown>)[] = [
    async (one) => await one,
    async (one) => one,
    (one) => Promise.all([one]),
    (one) => one.catch(() => undefined),
    (one) => one.finally(() => undefined),
  ]
  for (const way of ways) {
    const one = Expectation.of(Promise.resolve())
    expect(one.taken).toBe(false)
    await way(one)
    expect(one.taken, String(way)).toBe(true)
  }
})

it('fails for those who take it, and for nobody else', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  const [left, taken] = [failing(), failing()]
  await expect(taken).rejects.toThrow('in vain')
  // Node tells of a rejection that nobody handles when the microtasks are done.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(left.taken).toBe(false)
  expect(rejections).toEqual([])
})
