import { expect, it } from 'vitest'
import { type ModuleResult, whatFailed } from './what-failed.ts'

const error = (message: string) => [{ message }]

function moduleOf(options: {
  errors?: { message: string }[]
  suites?: { fullName: string; errors: { message: string }[] }[]
  tests?: { fullName: string; errors: { message: string }[] }[]
}): ModuleResult {
  return {
    project: { name: 'exim-trixie' },
    relativeModuleId: 'scenarios/smtp/a.scenario.ts',
    errors: () => options.errors ?? [],
    children: {
      allSuites: () => (options.suites ?? []).map(({ fullName, errors }) => ({ fullName, errors: () => errors })),
      allTests: () => (options.tests ?? []).map(({ fullName, errors }) => ({ fullName, result: () => ({ errors }) })),
    },
  }
}

it('tells the evidence of the first few as far as it fits, and at its end one line of each', () => {
  const long = Array.from({ length: 70 }, (_, index) => `line ${index}`)
  const tests = Array.from({ length: 4 }, (_, index) => ({ fullName: `test ${index}`, errors: error(long.join('\n')) }))
  const told = whatFailed([moduleOf({ tests })])
  const where = 'failed: exim-trixie scenarios/smtp/a.scenario.ts >'
  expect(told[0]?.split('\n')).toEqual([
    `${where} test 0: line 0`,
    ...long.slice(1, 60).map((line) => `  ${line}`),
    '  …',
  ])
  expect(told.slice(3)).toEqual([0, 1, 2, 3].map((index) => `${where} test ${index}: line 0`))
})

it('names each failed test with its first error', () => {
  const tests = [{ fullName: 'an alias > is followed', errors: [...error('no mail came\nlog: …'), ...error('second')] }]
  const first = 'failed: exim-trixie scenarios/smtp/a.scenario.ts > an alias > is followed: no mail came'
  expect(whatFailed([moduleOf({ tests })])).toEqual([`${first}\n  log: …`, first])
})

it('names files and groups that failed without a test', () => {
  const suites = [{ fullName: 'a group', errors: error('the server ended') }]
  expect(whatFailed([moduleOf({ errors: error('no such file') }), moduleOf({ suites }), moduleOf({})])).toEqual([
    'failed: exim-trixie scenarios/smtp/a.scenario.ts: no such file',
    'failed: exim-trixie scenarios/smtp/a.scenario.ts > a group: the server ended',
  ])
})

it('counts those that it leaves out', () => {
  const tests = Array.from({ length: 33 }, (_, index) => ({ fullName: `test ${index}`, errors: error('no') }))
  expect(whatFailed([moduleOf({ tests })]).slice(-2)).toEqual([
    'failed: exim-trixie scenarios/smtp/a.scenario.ts > test 29: no',
    'failed: 3 more',
  ])
})
