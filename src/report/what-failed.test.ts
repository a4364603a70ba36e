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

it('names each failed test with the first line of its error', () => {
  const tests = [{ fullName: 'an alias > is followed', errors: [...error('no mail came\nlog: …'), ...error('second')] }]
  expect(whatFailed([moduleOf({ tests })])).toEqual([
    'failed: exim-trixie scenarios/smtp/a.scenario.ts > an alias > is followed: no mail came',
  ])
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
