import { expect, it } from 'vitest'
import type { QueueEntry } from '../servers/queue.ts'
import { restByQueue } from './rest-by-queue.ts'

const entry = (queueId: string, state: QueueEntry['state']): QueueEntry => ({
  queueId,
  sender: '',
  recipients: [],
  state,
})

/** An MTA whose queue is one of these lists after the other, and stays at the last. */
function mta(...lists: QueueEntry[][]): { asked: () => number; mta: Parameters<typeof restByQueue>[0] } {
  let asked = 0
  const list = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    asked += 1
    return lists[Math.min(asked, lists.length) - 1] ?? []
  }
  return { asked: () => asked, mta: { name: 'postfix', queue: { list } } }
}

it('waits while anything is tried, and not for what was put off', async () => {
  const { asked, mta: watched } = mta([entry('A', 'active')], [entry('B', 'active')], [entry('C', 'deferred')])
  await restByQueue(watched)
  expect(asked()).toBe(3)
})

it('names what does not come to an end', async () => {
  const { mta: busy } = mta([entry('A', 'active'), entry('B', 'deferred')])
  await expect(restByQueue(busy, { timeoutMs: 20 })).rejects.toThrow(/^waited \d+ ms for postfix to be done with A$/)
})

it('waits for those that have to be gone, also while they are put off', async () => {
  const { asked, mta: watched } = mta([entry('A', 'deferred')], [entry('A', 'deferred')], [entry('B', 'deferred')])
  await restByQueue(watched, { gone: () => ['A'] })
  expect(asked()).toBe(3)
  const { mta: stuck } = mta([entry('A', 'deferred'), entry('B', 'deferred')])
  await expect(restByQueue(stuck, { gone: () => ['A'], timeoutMs: 20 })).rejects.toThrow(/to be done with A$/)
})
