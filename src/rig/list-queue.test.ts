import { expect, it } from 'vitest'
import type { LogEvent } from '../servers/log-event.ts'
import type { QueueEntry } from '../servers/queue.ts'
import { listQueue } from './list-queue.ts'
import { MessageTracker } from './message-tracker.ts'

/** A server that answers with each of these in turn, and logs what belongs to a listing while it makes it. */
function server(...listings: { ids: string[]; logs?: Partial<LogEvent>[] }[]) {
  const tracker = new MessageTracker((line) => ({ event: 'note', ...JSON.parse(line) }) as LogEvent)
  const log = (fact: Partial<LogEvent>) => tracker.feed({ at: 1, text: JSON.stringify(fact), stream: 'stdout' })
  for (const queueId of ['A', 'B']) log({ event: 'queued', queueId })
  let asked = 0
  let unread: Partial<LogEvent>[] = []
  const ask = async (): Promise<QueueEntry[]> => {
    const { ids, logs = [] } = listings[asked++] ?? { ids: [] }
    unread = logs
    return ids.map((queueId) => ({ queueId, state: 'deferred', sender: '', recipients: [] }))
  }
  const read = async () => {
    for (const fact of unread) log(fact)
    unread = []
  }
  const ids = async () => (await listQueue({ ask, tracker, read })).map(({ queueId }) => queueId).sort()
  return { ids, asked: () => asked }
}

it('asks once where all is listed that the log tells of, and lists what it does not tell of too', async () => {
  const { ids, asked } = server({ ids: ['A', 'B', 'C'] })
  expect(await ids()).toEqual(['A', 'B', 'C'])
  expect(asked()).toBe(1)
})

it('asks again for what a server left out while it moved it', async () => {
  const { ids } = server({ ids: ['A'] }, { ids: ['A', 'B'] })
  expect(await ids()).toEqual(['A', 'B'])
})

it('has what each of two listings left out', async () => {
  const { ids } = server({ ids: ['A'] }, { ids: ['B'] })
  expect(await ids()).toEqual(['A', 'B'])
})

it('goes on asking for what the log tells of while it is left out', async () => {
  const { ids, asked } = server(
    { ids: ['A'], logs: [{ event: 'queued', queueId: 'B' }] },
    { ids: ['A'], logs: [{ event: 'deferred', queueId: 'B' }] },
    { ids: ['A', 'B'] },
  )
  expect(await ids()).toEqual(['A', 'B'])
  expect(asked()).toBe(3)
})

it('does without what is left out twice and not logged, and without what has left meanwhile', async () => {
  const { ids, asked } = server(
    { ids: ['A'] },
    { ids: [], logs: [{ event: 'delivered', queueId: 'A', removed: true }] },
  )
  expect(await ids()).toEqual([])
  expect(asked()).toBe(2)
})
