import { describe, expect, it } from 'vitest'
import type { LogFact } from '../servers/contract.ts'
import { MessageTracker } from './message-tracker.ts'

/** A log whose lines are the facts themselves. */
function tracker() {
  const messages = new MessageTracker((line) => JSON.parse(line) as LogFact)
  let at = 0
  return { messages, feed: (fact: LogFact) => messages.feed({ at: at++, text: JSON.stringify(fact) }) }
}

describe('MessageTracker', () => {
  it('settles when the message and the bounce made of it have left the queue', async () => {
    const { messages, feed } = tracker()
    let settled = false
    const wait = messages.settled(['A']).then(() => {
      settled = true
    })
    feed({ queueId: 'A', messageId: 'm@x', child: 'B' })
    feed({ queueId: 'A', removed: true })
    await Promise.resolve()
    expect(settled).toBe(false)
    feed({ queueId: 'B', removed: true })
    await wait
    expect(settled).toBe(true)
    expect(messages.queueIdsOf('m@x')).toEqual(['A'])
    expect(messages.linesOf(['A'])).toHaveLength(3)
  })

  it('names what is still queued, and why, when the time is over', async () => {
    const { messages, feed } = tracker()
    feed({ queueId: 'A', deferred: true })
    await expect(messages.settled(['A'], 5)).rejects.toThrow(
      'waited for the queue to let go of A, but 5 ms are over\n  A: {"queueId":"A","deferred":true}',
    )
  })

  it('ends every wait at once when the server is gone', async () => {
    const { messages } = tracker()
    const wait = messages.settled(['A'])
    messages.end('the server exited with code 1')
    await expect(wait).rejects.toThrow('but the server exited with code 1\n  A: no log line yet')
  })

  it('is at rest when nothing of a message waits for its first try, and tells those who listen', () => {
    const { messages, feed } = tracker()
    const atRest: boolean[] = []
    const off = messages.onRest(() => atRest.push(messages.atRest(['A'])))
    feed({ queueId: 'A', child: 'B' })
    feed({ queueId: 'A', removed: true })
    feed({ queueId: 'B', deferred: true })
    off()
    feed({ queueId: 'B', removed: true })
    expect(atRest).toEqual([false, true])
    expect(messages.atRest(['unheard of'])).toBe(false)
  })
})
