import { expect, it } from 'vitest'
import { onWait, timed, type Wait } from './waits.ts'

it('tells of waits that come and of those that are given up', async () => {
  const waits: Wait[] = []
  const off = onWait((wait) => waits.push(wait))
  await expect(timed('a line', Promise.resolve(7))).resolves.toBe(7)
  await expect(timed('a message', Promise.reject(new Error('10 ms are over\nand more')))).rejects.toThrow(
    '10 ms are over',
  )
  off()
  await timed('nobody listens', Promise.resolve())
  expect(waits).toEqual([
    { what: 'a line', ms: expect.any(Number), end: 'came' },
    { what: 'a message', ms: expect.any(Number), end: '10 ms are over' },
  ])
})
