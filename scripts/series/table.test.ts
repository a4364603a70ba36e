import { expect, it } from 'vitest'
import type { Outcomes } from './outcomes.ts'
import { failures, formatTable, type Run } from './table.ts'

const test = (name: string, cause?: string): Outcomes['tests'][number] => ({
  project: 'exim-trixie',
  file: 'scenarios/tls/outbound.scenario.ts',
  name,
  failed: cause !== undefined,
  cause: cause ?? '',
})

const runs: Run[] = [
  { number: 1, stressed: false, outcomes: { tests: [test('a'), test('b', 'waited 10 s'), test('')], errors: [] } },
  {
    number: 2,
    stressed: true,
    outcomes: { tests: [test('a', 'refused'), test('b', 'another'), test('')], errors: [] },
  },
  { number: 3, stressed: true, outcomes: { tests: [test('', 'no rig')], errors: ['worker died'] } },
  { number: 4, stressed: false, outcomes: undefined },
]

it('counts by test and server, idle and under stress, and keeps the first cause', () => {
  expect(formatTable(runs)).toBe(`\
4 runs, 2 of them under stress: failures in 4 tests

test                                    server       idle   stressed  first cause
scenarios/tls/outbound.scenario.ts > b  exim-trixie  1 / 1  1 / 1     waited 10 s
the run itself                                       1 / 2  1 / 2     worker died
scenarios/tls/outbound.scenario.ts > a  exim-trixie  0 / 1  1 / 1     refused
scenarios/tls/outbound.scenario.ts      exim-trixie  0 / 1  1 / 2     no rig
`)
})

it('keeps servers apart', () => {
  const other = { ...test('a', 'x'), project: 'exim-bookworm' }
  const both: Run = { number: 1, stressed: false, outcomes: { tests: [test('a', 'y'), other], errors: [] } }
  expect(failures([both]).map(({ server, firstCause }) => [server, firstCause])).toEqual([
    ['exim-trixie', 'y'],
    ['exim-bookworm', 'x'],
  ])
})

it('says that nothing failed', () => {
  expect(formatTable([{ number: 1, stressed: false, outcomes: { tests: [test('a')], errors: [] } }])).toBe(
    '1 runs, 0 of them under stress: 0 failures\n',
  )
})

it('counts a run that left nothing', () => {
  expect(formatTable([{ number: 1, stressed: false, outcomes: undefined }])).toContain('vitest left no outcomes')
})
