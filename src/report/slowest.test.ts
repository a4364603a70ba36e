import { expect, it } from 'vitest'
import { slowest } from './slowest.ts'
import { runOf, testRun } from './test-run.ts'

it('names the slowest tests, and what they waited for', () => {
  const run = runOf({
    'exim-trixie': [
      testRun({
        name: 'expires',
        durationMs: 5000,
        bootMs: 1300,
        waits: [
          { what: 'a line', ms: 4, end: 'came' },
          { what: 'a bounce', ms: 4900, end: 'came' },
          { what: 'another', ms: 50, end: '50 ms are over' },
        ],
      }),
      testRun({ name: 'is quick', durationMs: 100 }),
    ],
    'postfix-trixie': [testRun({ name: 'expires', durationMs: 7000 })],
  })
  expect(slowest(run)).toEqual([
    'slow: 7.0 s postfix-trixie scenarios/smtp/a.scenario.ts > expires',
    'slow: 6.3 s exim-trixie scenarios/smtp/a.scenario.ts > expires: 1.3 s to boot, 4.9 s for a bounce, 0.1 s for another, and it did not come',
  ])
})
