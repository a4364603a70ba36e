import { describe, expect, it } from 'vitest'
import { Waits } from './waits.ts'

const waits = () => new Waits((what) => new Error(`no ${what}`))

describe('Waits', () => {
  it('ends each wait at its own deadline', async () => {
    const all = waits()
    const ended: string[] = []
    const long = all.start(() => 'long', 40).promise.catch((error: Error) => ended.push(error.message))
    const short = all.start(() => 'short', 10).promise.catch((error: Error) => ended.push(error.message))
    await Promise.all([long, short])
    expect(ended).toEqual(['no short', 'no long'])
  })

  it('ends the earliest first also when the process was held up past both deadlines', async () => {
    const all = waits()
    const ended: string[] = []
    const long = all.start(() => 'long', 2).promise.catch((error: Error) => ended.push(error.message))
    const short = all.start(() => 'short', 1).promise.catch((error: Error) => ended.push(error.message))
    const end = performance.now() + 10
    while (performance.now() < end);
    await Promise.all([long, short])
    expect(ended).toEqual(['no short', 'no long'])
  })

  it('leaves an answered wait alone', async () => {
    const all = waits()
    const answered = all.start<number>(() => 'answer', 5)
    answered.resolve(42)
    const later = all.start(() => 'later', 10)
    await expect(later.promise).rejects.toThrow('no later')
    await expect(answered.promise).resolves.toBe(42)
  })

  it('fails all that are open', async () => {
    const all = waits()
    const promises = [all.start(() => 'a', 1000).promise, all.start(() => 'b', 1000).promise]
    all.fail((what) => new Error(`ended: ${what}`))
    const results = await Promise.allSettled(promises)
    expect(results.map((result) => result.status === 'rejected' && result.reason.message)).toEqual([
      'ended: a',
      'ended: b',
    ])
  })
})
