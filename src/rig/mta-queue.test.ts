import { expect, it } from 'vitest'
import type { LogEvent } from '../servers/log-event.ts'
import type { QueueEntry } from '../servers/queue.ts'
import { MessageTracker } from './message-tracker.ts'
import { mtaQueue } from './mta-queue.ts'

/** A server that lists these, and whose log said these events. */
function queueOf(states: Record<string, QueueEntry['state']>, ...log: Partial<LogEvent>[]) {
  const tracker = new MessageTracker((line) => ({ event: 'note', ...JSON.parse(line) }) as LogEvent)
  for (const [at, fact] of log.entries()) tracker.feed({ at, text: JSON.stringify(fact), stream: 'stdout' })
  const entries = Object.entries(states).map(([queueId, state]) => ({ queueId, state, sender: '', recipients: [] }))
  return mtaQueue({
    server: { name: 'test', queue: { command: ['list'], parse: () => entries } as never },
    tracker,
    run: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
    queueIdsOf: () => [],
    event: () => Promise.reject(new Error('asked for an event')),
    settle: () => Promise.reject(new Error('asked to settle')),
  })
}

it('lists what was put off as deferred, also while the server tries it again', async () => {
  const queue = queueOf(
    { A: 'active', B: 'active', C: 'active', D: 'hold' },
    { event: 'deferred', queueId: 'A' },
    {
      event: 'held',
      queueId: 'C',
    },
    { event: 'deferred', queueId: 'D' },
  )
  const states = (await queue()).map(({ queueId, state }) => `${queueId} ${state}`)
  // C was put aside by somebody and released: this is its first try.
  expect(states).toEqual(['A deferred', 'B active', 'C active', 'D hold'])
})

it('is empty when the server lists nothing any more, although its log said the last word before', async () => {
  const lists = [['A'], ['A'], []]
  let asked = 0
  const tracker = new MessageTracker((line) => ({ event: 'note', ...JSON.parse(line) }) as LogEvent)
  for (const fact of [{ event: 'queued' }, { event: 'delivered', removed: true }]) {
    tracker.feed({ at: 1, text: JSON.stringify({ ...fact, queueId: 'A' }), stream: 'stdout' })
  }
  const parse = (): QueueEntry[] =>
    (lists[asked++] ?? []).map((queueId) => ({ queueId, state: 'active', sender: '', recipients: [] }))
  const queue = mtaQueue({
    server: { name: 'test', queue: { command: ['list'], parse } as never },
    tracker,
    run: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
    queueIdsOf: () => [],
    event: () => Promise.reject(new Error('asked for an event')),
    settle: async () => undefined,
  })
  await queue.empty()
  expect(asked).toBe(3)
  asked = 0
  lists.splice(0, 3, ...Array.from({ length: 50 }, () => ['A']))
  await expect(queue.empty(60)).rejects.toThrow(/^waited for the queue to let go of A, but test lists it still/)
})
