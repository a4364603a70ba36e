import { expect, it } from 'vitest'
import { WaitError } from '../errors/mailrig-error.ts'
import type { Rig } from '../rig/rig.ts'
import type { QueueEntry } from '../servers/queue.ts'
import { tryAgain } from './back-again.ts'

/** A rig whose server lists these. Tells what was done to it. */
function rigWith(states: Record<string, QueueEntry['state']>, rested: () => Promise<void> = async () => undefined) {
  const done: string[] = []
  const mta = {
    queue: async () => Object.entries(states).map(([queueId, state]) => ({ queueId, state })),
    heldIds: () => ['A', 'B', 'C'],
    rested: ({ queueIds }: { queueIds: string[] }) => {
      done.push(`rested ${queueIds}`)
      return rested()
    },
    memory: { forget: ['forget'] },
    run: async ([command]: string[]) => done.push(`${command}`),
    flush: async () => done.push('flush'),
  }
  return { rig: { mta } as unknown as Rig, done }
}

it('waits for what is under way, and neither for what waits already nor for what is gone', async () => {
  const { rig, done } = rigWith({ A: 'deferred', B: 'active' })
  await tryAgain(rig)
  expect(done).toEqual(['rested B', 'forget', 'flush'])
})

it('goes on where somebody else makes a message wait, and not where something else is wrong', async () => {
  const late = rigWith({ A: 'active' }, () => Promise.reject(new WaitError('late')))
  await tryAgain(late.rig)
  expect(late.done).toEqual(['rested A', 'forget', 'flush'])
  const gone = rigWith({ A: 'active' }, () => Promise.reject(new Error('the server is gone')))
  await expect(tryAgain(gone.rig)).rejects.toThrow('the server is gone')
})
