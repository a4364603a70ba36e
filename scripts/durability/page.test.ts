import { expect, it } from 'vitest'
import type { Outcome, Trial } from './cut-series.ts'
import { durabilityPage } from './page.ts'

const outcome: Outcome = {
  rounds: 3,
  accepted: 90,
  lost: 0,
  duplicated: 2,
  refused: 4,
  unknown: 5,
  awayMs: [1500, 900, 2100],
}
const trial: Trial = { of: 'mta', fault: 'power cut', sync: 'kept' }

it('has a line for each trial, controls apart, and says by what it was made', () => {
  const page = durabilityPage({
    rows: [
      { server: 'Postfix 3.7.11 (bookworm)', trial, ...outcome },
      { server: 'Postfix 3.7.11 (bookworm)', trial: { ...trial, sync: 'ignored' }, ...outcome, rounds: 1, lost: 40 },
    ],
    command: 'npm run durability -- --rounds 3',
    began: '2026-01-02 03:04 UTC',
    minutes: 5,
    machine: '2 cores',
  })
  const [packaged = '', control = ''] = page.split('## As packaged')[1]?.split('## Control') ?? []
  expect(packaged).toContain('| Postfix 3.7.11 (bookworm) | power cut | 3 | 90 | 0 | 2 | 4 | 5 | 1.5 s, 2.1 s |')
  expect(control).toContain('| Postfix 3.7.11 (bookworm) | power cut | 1 | 90 | 40 | 2 | 4 | 5 | 1.5 s, 2.1 s |')
  expect(control).toContain(
    '`npm run durability -- --rounds 3`, begun 2026-01-02 03:04 UTC, took 5 minutes on 2 cores.',
  )
})
