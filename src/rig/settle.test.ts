import { describe, expect, it } from 'vitest'
import { WaitError } from '../errors/mailrig-error.ts'
import type { LogEvent } from '../servers/log-event.ts'
import { MessageTracker } from './message-tracker.ts'
import { settle } from './settle.ts'

/** A log whose lines are the events themselves; `store` is a client inside. */
function server() {
  const tracker = new MessageTracker(
    (line) => ({ event: 'note', ...JSON.parse(line) }) as LogEvent,
    (client) => client === 'store',
  )
  let at = 0
  const feed = (...facts: Partial<LogEvent>[]) => {
    for (const fact of facts) tracker.feed({ at: at++, text: JSON.stringify(fact), stream: 'stdout' })
  }
  return { tracker, feed }
}

const wait = (
  tracker: MessageTracker,
  {
    quiet = async (): Promise<void> => undefined,
    read = async (): Promise<void> => undefined,
    listed = async () => [] as string[],
    timeoutMs = 1000,
  } = {},
) =>
  settle(
    { tracker, quiet, read, listed },
    { pending: () => tracker.open(['A']), waitingFor: 'the queue to let go of', timeoutMs },
  )

describe('settle', () => {
  it('waits for what the store handed in while it took the message', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' })
    const order: string[] = []
    const done = wait(tracker).then(() => order.push('settled'))
    feed({ queueId: 'B', client: 'store' }, { queueId: 'B', coming: true }, { queueId: 'A', removed: true })
    await new Promise(setImmediate)
    feed({ event: 'queued', queueId: 'B' })
    order.push('answer queued')
    await new Promise(setImmediate)
    order.push('answer gone')
    feed({ queueId: 'B', removed: true })
    await done
    expect(order).toEqual(['answer queued', 'answer gone', 'settled'])
  })

  it('does not wait for what another client brought meanwhile', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' }, { event: 'queued', queueId: 'B', client: 'other' })
    feed({ queueId: 'A', removed: true })
    await wait(tracker)
    expect(tracker.open(['B'])).toEqual(['B'])
  })

  it('waits for what a program left behind when the message was gone already', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' }, { queueId: 'A', removed: true })
    let looks = 0
    const quiet = async () => {
      looks += 1
      if (looks > 1) return undefined
      feed({ queueId: 'B', origin: 'local', coming: true }, { event: 'queued', queueId: 'B' })
      setImmediate(() => feed({ queueId: 'B', removed: true }))
      return undefined
    }
    await wait(tracker, { quiet })
    expect(looks).toBe(2)
    expect(tracker.certainFamily(['A'])).toEqual(['A', 'B'])
  })

  it('expects nothing more of messages after which all was quiet', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' }, { queueId: 'A', removed: true })
    await wait(tracker)
    feed({ event: 'queued', queueId: 'B', origin: 'local' })
    expect(tracker.family(['A'])).toEqual(['A'])
  })

  it('asks the server for a message of which the log says no more, and forgets it where it is gone', async () => {
    const { tracker, feed } = server()
    feed({ queueId: 'A', client: 'client' }, { queueId: 'A', coming: true })
    let asked = 0
    const listed = async () => {
      asked += 1
      return asked === 1 ? ['A'] : []
    }
    await wait(tracker, { listed })
    expect(asked).toBe(3)
  })

  it('forgets no message that was in neither queue when the server looked, and that the log tells of', async () => {
    const { tracker, feed } = server()
    feed({ queueId: 'A', client: 'client' }, { queueId: 'A', coming: true })
    const told: string[] = []
    const listed = async () => {
      setImmediate(() => {
        told.push('queued')
        feed({ event: 'queued', queueId: 'A' })
        setImmediate(() => {
          told.push('removed')
          feed({ queueId: 'A', removed: true })
        })
      })
      return []
    }
    // What was logged before is read by then.
    const read = () => new Promise<void>(setImmediate)
    await wait(tracker, { listed, read })
    expect(told).toEqual(['queued', 'removed'])
  })

  it('says what still runs when the time is over', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' }, { queueId: 'A', removed: true })
    const quiet = async () => {
      throw new WaitError('process 7 runs: sleep 100')
    }
    await expect(wait(tracker, { quiet })).rejects.toThrow('process 7 runs: sleep 100')
  })

  it('names what stays queued, and why', async () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'A', client: 'client' }, { event: 'deferred', queueId: 'A', reason: 'later' })
    await expect(wait(tracker, { timeoutMs: 20 })).rejects.toThrow(/A: .*later/)
  })
})

describe('MessageTracker.within', () => {
  it('has what was taken in since then, but for what came of older mail or is excepted', () => {
    const { tracker, feed } = server()
    feed({ event: 'queued', queueId: 'old', client: 'client' })
    feed(
      { event: 'queued', queueId: 'mine', client: 'client' },
      { event: 'queued', queueId: 'other', client: 'client' },
    )
    feed({ event: 'queued', queueId: 'bounce', parent: 'old' }, { event: 'queued', queueId: 'answer', parent: 'mine' })
    expect(tracker.within({ since: 1, except: () => ['other'] })).toEqual(['mine', 'answer'])
  })
})
