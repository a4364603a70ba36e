import { expect, it } from 'vitest'
import { anyLeft, mutantsOfShard, runCampaign } from './campaign.ts'
import type { Mutant } from './mutant.ts'
import { type MutantVerdict, scoreOf } from './verdict.ts'

const mutant = (id: string): Mutant => ({
  id,
  server: 'x',
  path: '/etc/x.cf',
  line: 1,
  operator: 'flip',
  text: id,
  before: 'a',
  after: 'b',
})
const three = ['c', 'a', 'b'].map(mutant)

it('tries each once, in the order of the ids, and leaves what is known', async () => {
  const tried: string[] = []
  const results = await runCampaign({
    mutants: three,
    lanes: 1,
    known: new Map([['a', { verdict: 'equivalent' }]]),
    attempt: async ({ id }) => {
      tried.push(id)
      return id === 'b' ? { verdict: 'noticed', by: 't', because: 'e' } : { verdict: 'survived', ran: 1 }
    },
  })
  expect(tried).toEqual(['b', 'c'])
  expect(results.map(({ result }) => result.verdict)).toEqual(['survived', 'equivalent', 'noticed'])
  expect(scoreOf(results)).toEqual({ noticed: 1, survived: 1, equivalent: 1, refused: 0, untried: 0, percent: 50 })
})

it('begins none when the time is over, and says which were not tried', async () => {
  const over = new AbortController()
  const results = await runCampaign({
    mutants: three,
    lanes: 2,
    signal: over.signal,
    attempt: async () => {
      over.abort()
      return { verdict: 'survived', ran: 1 }
    },
  })
  expect(scoreOf(results)).toMatchObject({ survived: 1, untried: 2, percent: 0 })
})

it('ends with the error of a trial, and has no score where nothing counts', async () => {
  const attempt = async () => Promise.reject(new Error('the engine is gone'))
  await expect(runCampaign({ mutants: three, lanes: 2, attempt })).rejects.toThrow('the engine is gone')
  expect(scoreOf([]).percent).toBeUndefined()
})

it('tries only what falls to a shard, and each mutant falls to one', async () => {
  const many = Array.from({ length: 10 }, (_, index) => mutant(`m${index}`))
  const shards = [1, 2, 3].map((index) => ({ index, count: 3 }))
  const all = shards.flatMap((shard) => mutantsOfShard(many, shard).map(({ id }) => id))
  expect(all.toSorted()).toEqual(many.map(({ id }) => id))
  const [, second] = shards
  const known = new Map<string, MutantVerdict>([['m0', { verdict: 'equivalent' }]])
  const tried = await runCampaign({
    mutants: many,
    lanes: 2,
    shard: second,
    known,
    attempt: async () => ({ verdict: 'survived', ran: 1 }),
  })
  expect(scoreOf(tried), 'what another shard knows is not told by this one').toMatchObject({
    survived: 3,
    equivalent: 0,
    untried: 7,
  })
  expect([anyLeft(tried, second), anyLeft(tried, undefined)]).toEqual([false, true])
})
