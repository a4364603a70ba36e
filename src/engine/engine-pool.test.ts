import { expect, it } from 'vitest'
import { checkEngines, engineOfWorker, enginesOfPool } from './engine-pool.ts'

const POOL = { MAILRIG_ENGINES: 'unix:///var/run/docker.sock tcp://two:2375 ' }

it('has no pool where none is named', () => {
  expect(enginesOfPool({})).toEqual([])
  expect(engineOfWorker({ VITEST_POOL_ID: '3' })).toBeUndefined()
})

it('gives each worker one engine, in turns', () => {
  expect(enginesOfPool(POOL)).toEqual(['unix:///var/run/docker.sock', 'tcp://two:2375'])
  const engines = ['1', '2', '3', '4'].map((worker) => engineOfWorker({ ...POOL, VITEST_POOL_ID: worker }))
  expect(engines).toEqual([
    'unix:///var/run/docker.sock',
    'tcp://two:2375',
    'unix:///var/run/docker.sock',
    'tcp://two:2375',
  ])
  expect(engineOfWorker(POOL)).toBe('unix:///var/run/docker.sock')
})

it.each([
  [['tcp://'], /not a URL/],
  [['tcp://a:1', 'tcp://b:1', 'tcp://a:1'], /tcp:\/\/a:1 is named twice/],
  [['tcp://a:1 tcp://b:1'], /has a blank in it/],
])('refuses %j', (urls, message) => {
  expect(() => checkEngines(urls)).toThrow(message)
})
