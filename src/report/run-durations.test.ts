import { expect, it } from 'vitest'
import type { RunDocument } from './run-document.ts'
import { durationsOf } from './run-durations.ts'
import { runOf, testRun } from './test-run.ts'

const FILE = 'scenarios/smtp/a.scenario.ts'
const taking = (durationMs: number, state: 'passed' | 'failed' | 'not-run' = 'passed'): RunDocument => {
  const run = runOf({ 'exim-trixie': [testRun()] })
  Object.assign(run.projects['exim-trixie']?.scenarios[0] ?? {}, { durationMs, state })
  return run
}
const before = {
  format: 1 as const,
  projects: { 'exim-trixie': { [FILE]: 80 }, other: { 'a.smtp': 1 } },
}

it('has what was measured, and of other projects what was before', () => {
  expect(durationsOf(taking(120.4)).projects).toEqual({ 'exim-trixie': { [FILE]: 120 } })
  expect(durationsOf(taking(120.4), before).projects).toEqual({
    'exim-trixie': { [FILE]: 120 },
    other: { 'a.smtp': 1 },
  })
})

it('keeps what was before of a file that failed, was not run, or of which only some tests ran', () => {
  const filtered = taking(120)
  Object.assign(filtered.projects['exim-trixie'] ?? {}, { filtered: true })
  for (const run of [taking(120, 'failed'), taking(0, 'not-run'), filtered]) {
    expect(durationsOf(run, before).projects['exim-trixie']).toEqual({ [FILE]: 80 })
  }
  expect(durationsOf(taking(120, 'failed')).projects, 'better than nothing').toEqual({ 'exim-trixie': { [FILE]: 120 } })
  expect(durationsOf(taking(0, 'not-run')).projects).toEqual({})
})
