import { expect, it } from 'vitest'
import { runOf, testRun } from '../test-run.ts'
import { cellKey, evidenceOf, pageDataOf } from './page-data.ts'

const KNOWN = ['postfix-trixie', 'exim-trixie']
const record = { startedAt: 1, rig: '4', sessions: [], upstreams: [], log: [] }
const run = runOf({
  'exim-trixie': [
    testRun({ name: 'takes', durationMs: 12.4, covers: ['P1'], record }),
    testRun({ name: 'takes', state: 'unsupported', reason: 'Exim cannot' }),
  ],
  'postfix-trixie': [
    testRun({ name: 'takes', covers: ['P2'], versions: { postfix: '3.10' } }),
    testRun({ name: 'alone' }),
  ],
})
const rig = { mta: 'exim', release: 'trixie', upstreams: [], topology: {}, files: [] }
Object.assign(run.projects['exim-trixie']?.scenarios[0] ?? {}, { rigs: { '4': rig }, errors: ['the end\nof it'] })

it('has a row for each test, the n-th of a name beside the n-th', () => {
  const { projects, scenarios } = pageDataOf(run, KNOWN)
  expect(projects).toEqual([
    { name: 'postfix-trixie', servers: 'postfix 3.10' },
    { name: 'exim-trixie', servers: '' },
  ])
  expect(scenarios[0]?.tests).toEqual([
    {
      name: 'takes',
      covers: ['P2', 'P1'],
      cells: [
        { state: 'passed', ms: 1 },
        { state: 'passed', ms: 12 },
      ],
    },
    { name: 'alone', covers: [], cells: [{ state: 'passed', ms: 1 }, null] },
    { name: 'takes (2)', covers: [], cells: [null, { state: 'unsupported', ms: 1, why: 'Exim cannot' }] },
  ])
  expect(scenarios[0]?.cells[1]).toEqual({ state: 'passed', ms: 1, why: 'the end' })
})

it('names the versions of servers that were asked for because a test failed', () => {
  const failed = testRun({ state: 'failed', record: { ...record, versions: { exim: '4.96', dovecot: '2.3' } } })
  expect(pageDataOf(runOf({ 'exim-trixie': [failed, testRun({ record })] }), KNOWN).projects).toEqual([
    { name: 'exim-trixie', servers: 'exim 4.96, dovecot 2.3' },
  ])
})

it('says when each run was made, and with what', () => {
  expect(pageDataOf(run, KNOWN).made).toEqual([])
  const made = [
    { startedAt: Date.UTC(2026, 0, 31), durationMs: 1.4, mailrig: '0.1.0', node: '24.1.0', engine: 'docker 20.10' },
  ]
  expect(pageDataOf({ ...run, made }, KNOWN).made).toEqual([
    { at: '2026-01-31T00:00:00.000Z', ms: 1, with: ['mailrig 0.1.0', 'Node.js 24.1.0', 'docker 20.10'] },
  ])
})

it('keeps the evidence by row and column, with the rig and the journey', () => {
  expect(evidenceOf(run, KNOWN)).toEqual([
    {
      cells: {
        [cellKey(0, 1)]: { errors: [], record, became: [], journey: [] },
        [cellKey(-1, 1)]: { errors: ['the end\nof it'] },
      },
      rigs: { '1 4': rig },
    },
  ])
})

it('shows where servers differ in behaviour', () => {
  const observed = (value: string) => [
    testRun({
      observations: [
        { name: 'x', value, verdict: { requirement: 'MUST', section: 'RFC 1 §2', holds: value === '250' } },
      ],
    }),
  ]
  const { behaviour } = pageDataOf(runOf({ 'exim-trixie': observed('550'), 'postfix-trixie': observed('250') }), KNOWN)
  expect(behaviour).toEqual([
    {
      scenario: 'scenarios/smtp/a.scenario.ts',
      name: 'x',
      differs: 'MTA',
      requirement: 'MUST, RFC 1 §2',
      cells: [
        { value: '250', word: 'OK' },
        { value: '550', word: 'FAILED' },
      ],
    },
  ])
})
