import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../servers/log-event.ts'
import { MessageTracker } from './message-tracker.ts'

/** A log whose lines are the events themselves. */
function tracker() {
  const messages = new MessageTracker((line) => ({ event: 'note', ...JSON.parse(line) }) as LogEvent)
  let at = 0
  return {
    messages,
    feed: (fact: Partial<LogEvent>) => messages.feed({ at: at++, text: JSON.stringify(fact), stream: 'stdout' }),
  }
}

const settled = (messages: MessageTracker, queueIds: string[], timeoutMs?: number) =>
  messages.until(() => messages.open(queueIds), 'the queue to let go of', timeoutMs)

describe('MessageTracker', () => {
  it('settles when the message and the bounce made of it have left the queue', async () => {
    const { messages, feed } = tracker()
    let done = false
    const wait = settled(messages, ['A']).then(() => {
      done = true
    })
    feed({ queueId: 'A', messageId: 'm@x', child: 'B' })
    feed({ queueId: 'A', removed: true })
    await Promise.resolve()
    expect(done).toBe(false)
    feed({ queueId: 'B', removed: true })
    await wait
    expect(done).toBe(true)
    expect(messages.queueIdsOf('m@x')).toEqual(['A'])
    expect(messages.eventsOf(['A'])).toHaveLength(3)
  })

  it('counts what is held, and forgets what it is told to, once that has left', () => {
    const { messages, feed } = tracker()
    for (const queueId of ['A', 'B']) feed({ event: 'queued', queueId })
    feed({ event: 'queued', queueId: 'A' })
    expect(messages.held).toBe(2)
    messages.letGo(['A'])
    expect(messages.queued(), 'not before').toEqual(['A', 'B'])
    feed({ queueId: 'A', removed: true, child: 'C' })
    expect(messages.eventsOf(['A'])).toEqual([])
    feed({ queueId: 'B', removed: true })
    messages.letGo(['B', 'unknown'])
    expect(messages.eventsOf(['B'])).toEqual([])
    expect(messages.held).toBe(0)
    feed({ event: 'queued', queueId: 'D' })
    messages.forget(['D'])
    expect(messages.held).toBe(0)
  })

  it('keeps the last lines where it is told to, and all of a message', () => {
    const { messages, feed } = tracker()
    messages.keepLast(5)
    for (let line = 0; line < 23; line += 1) feed({ queueId: 'A', reason: `${line}` })
    expect(messages.events.length).toBeLessThanOrEqual(10)
    expect(messages.events.at(-1)?.reason).toBe('22')
    expect(messages.eventsOf(['A'])).toHaveLength(23)
  })

  it('names what is still queued, and why, when the time is over', async () => {
    const { messages, feed } = tracker()
    feed({ event: 'deferred', queueId: 'A' })
    await expect(settled(messages, ['A'], 5)).rejects.toThrow(
      'waited for the queue to let go of A, but 5 ms are over\n  A: {"event":"deferred","queueId":"A"}',
    )
  })

  it('names why it was put off, not that it is too early for the next try', async () => {
    const { messages, feed } = tracker()
    feed({ event: 'deferred', queueId: 'A', reason: 'come back later' })
    feed({ event: 'deferred', queueId: 'A', reason: 'not yet', untried: true })
    await expect(settled(messages, ['A'], 5)).rejects.toThrow('come back later')
  })

  it('ends every wait at once when the server is gone', async () => {
    const { messages } = tracker()
    const wait = settled(messages, ['A'])
    messages.end('the server exited with code 1')
    await expect(wait).rejects.toThrow('but the server exited with code 1\n  A: no log line yet')
  })

  it('is at rest when nothing of a message waits for its first try, and tells those who listen', () => {
    const { messages, feed } = tracker()
    const atRest: boolean[] = []
    const off = messages.onRest(() => atRest.push(messages.atRest(['A'])))
    feed({ queueId: 'A', child: 'B' })
    feed({ queueId: 'A', removed: true })
    feed({ event: 'held', queueId: 'B' })
    off()
    feed({ queueId: 'B', removed: true })
    expect(atRest).toEqual([false, true])
    expect(messages.atRest(['unheard of'])).toBe(false)
  })

  it('tells with each line what earlier ones told of its message, and follows a parent as a child', () => {
    const { messages, feed } = tracker()
    feed({ event: 'queued', queueId: 'A', messageId: 'm@x', from: 'a@x' })
    feed({ event: 'queued', queueId: 'B', parent: 'A', from: '' })
    feed({ event: 'delivered', queueId: 'A', to: ['b@y'] })
    expect(messages.events.at(-1)).toMatchObject({ event: 'delivered', messageId: 'm@x', from: 'a@x', to: ['b@y'] })
    expect(messages.family(['A'])).toEqual(['A', 'B'])
  })

  it('takes stock of the queue of a server that was started anew', () => {
    const { messages, feed } = tracker()
    const client = 'client.example[192.0.2.9]'
    for (const queueId of ['LOST', 'KEPT', 'BACK', 'NEWS']) feed({ event: 'queued', queueId, client })
    feed({ event: 'deferred', queueId: 'KEPT' })
    feed({ queueId: 'BACK', removed: true })
    expect(messages.held).toBe(3)
    const since = (messages.events.at(-1)?.at ?? 0) + 1
    messages.feed({ at: since, text: JSON.stringify({ event: 'attempt', queueId: 'NEWS' }), stream: 'stdout' })
    messages.startedAnew(since, new Set(['KEPT', 'BACK']))
    expect(messages.queued()).toEqual(['KEPT', 'BACK', 'NEWS'])
    expect(messages.held).toBe(3)
    expect(messages.atRest(['KEPT']), 'it was put off, and nothing is known of another try').toBe(true)
    expect(messages.atRest(['BACK'])).toBe(false)
    feed({ queueId: 'BACK', removed: true })
    expect(messages.held).toBe(2)
  })

  it('finds the lines about a message that nobody understood', () => {
    const { messages, feed } = tracker()
    feed({ event: 'queued', queueId: 'AB12' })
    feed({ event: 'raw', reason: 'something of AB12' })
    feed({ event: 'raw', queueId: 'CD34' })
    feed({ event: 'raw', reason: 'something else' })
    expect(messages.unread().map(({ text }) => text)).toEqual([
      '{"event":"raw","reason":"something of AB12"}',
      '{"event":"raw","queueId":"CD34"}',
    ])
  })
})
