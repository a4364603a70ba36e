import { expect, it } from 'vitest'
import { runCampaign } from './campaign.ts'
import type { Mutant } from './mutant.ts'
import { scoreOf } from './verdict.ts'

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
