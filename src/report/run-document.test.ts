import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mergeRuns } from './merge-runs.ts'
import { readRun } from './read-run.ts'
import { missingFrom, projectOrder, withoutRecords } from './run-document.ts'
import { summarise } from './summary.ts'
import { runOf, testRun } from './test-run.ts'

const A = 'scenarios/smtp/a.scenario.ts'
const B = 'scenarios/smtp/b.scenario.ts'

describe('mergeRuns', () => {
  it('joins the projects of several jobs, and the files of one', () => {
    const shards = [runOf({ 'exim-trixie': [testRun()] }, B), runOf({ 'exim-trixie': [testRun()] }, A)]
    const merged = mergeRuns([...shards, runOf({ 'postfix-trixie': [testRun()] })])
    expect(Object.keys(merged.projects)).toEqual(['exim-trixie', 'postfix-trixie'])
    expect(merged.projects['exim-trixie']?.scenarios.map(({ file }) => file)).toEqual([A, B])
  })

  it('takes a scenario that ran twice from the last run', () => {
    const first = runOf({ 'exim-trixie': [testRun({ state: 'failed' })] })
    const second = runOf({ 'exim-trixie': [testRun()] })
    expect(missingFrom(mergeRuns([first, second]), ['exim-trixie'])).toEqual([])
    expect(missingFrom(mergeRuns([second, first]), ['exim-trixie'])).toHaveLength(1)
  })
})

describe('when and with what a run was made', () => {
  const run = (startedAt: number) => ({
    ...runOf({ 'exim-trixie': [testRun()] }),
    made: [{ startedAt, durationMs: 1, mailrig: '0.1.0', node: '24.0.0', engine: 'docker 20.10' }],
  })

  it('is kept for each run that was joined, oldest first, and in the small record', () => {
    expect(mergeRuns([run(2), runOf({}), run(1)]).made?.map(({ startedAt }) => startedAt)).toEqual([1, 2])
    expect(withoutRecords(run(1)).made).toEqual(run(1).made)
  })

  it('is not known of a record of an earlier version', () => {
    expect(mergeRuns([runOf({})])).not.toHaveProperty('made')
  })
})

describe('readRun', () => {
  it('reads a record of an earlier version, whose sessions are text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
    const path = join(folder, 'run.json')
    const transcript = '    1.0 ms S: 220 mx\n    2.5 ms C: … 3 more lines, 80 octets in all\n    3.0 ms -- closed'
    const sessions = [{ at: 1000, name: 'client', transcript }]
    const before = runOf({ 'exim-trixie': [testRun()] })
    Object.assign(before.projects['exim-trixie']?.scenarios[0]?.tests[0] ?? {}, {
      record: { startedAt: 1000, rig: '1', sessions, upstreams: [], log: [] },
    })
    await writeFile(path, JSON.stringify(before))
    const { projects } = await readRun(path)
    await rm(folder, { recursive: true })
    expect(projects['exim-trixie']?.scenarios[0]?.tests[0]?.record?.sessions).toEqual([
      {
        at: 1000,
        name: 'client',
        lines: [
          { at: 1, who: 'S', text: '220 mx' },
          { at: 2.5, who: 'C', text: '… 3 more lines, 80 octets in all', more: 3 },
          { at: 3, who: '*', text: 'closed' },
        ],
      },
    ])
  })
})

describe('missingFrom', () => {
  it('finds nothing where all passed or were unsupported', () => {
    const tests = [testRun(), testRun({ state: 'unsupported', reason: 'cannot' })]
    expect(missingFrom(runOf({ 'exim-trixie': tests }), ['exim-trixie'])).toEqual([])
  })

  it('names projects and files that did not run, tests left out, failed and skipped', () => {
    const run = runOf({ 'exim-trixie': [testRun({ state: 'skipped' })], 'exim-bookworm': [testRun()] })
    const bookworm = run.projects['exim-bookworm']
    if (!bookworm) throw new Error('there is one')
    bookworm.filtered = true
    bookworm.files.push(B)
    expect(missingFrom(run, ['postfix-trixie', 'exim-bookworm', 'exim-trixie'])).toEqual([
      'postfix-trixie did not run',
      'exim-bookworm ran only some tests of its files',
      `exim-bookworm did not run ${B}`,
      `exim-trixie has failed or skipped tests in ${A}`,
    ])
  })

  it('names the first files alone where hundreds did not run', () => {
    const run = runOf({ 'exim-bookworm': [testRun()] })
    run.projects['exim-bookworm']?.files.push(...['c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => `${name}.smtp`))
    expect(missingFrom(run, ['exim-bookworm'])).toEqual([
      'exim-bookworm did not run c.smtp, d.smtp, e.smtp, f.smtp, g.smtp and 2 more',
    ])
  })
})

describe('summarise', () => {
  it('counts, groups reasons, and sums up the boots', () => {
    const cannot = testRun({ state: 'unsupported', reason: 'no quota' })
    const run = runOf({
      'exim-trixie': [testRun({ bootMs: 600, bootEngineMs: 400, bootOwnMs: 20 }), testRun(), cannot],
      'sendmail-trixie': [
        testRun({ bootMs: 900, bootEngineMs: 0, bootOwnMs: 30 }),
        testRun({ state: 'failed' }),
        cannot,
        cannot,
      ],
    })
    expect(summarise(run)).toEqual([
      '3 passed, 1 failed, 3 unsupported on 2 projects',
      '2 rigs started in 1.5 s, added up: the engine took 0.4 s of it to make containers, mailrig itself 0.1 s, the servers the rest',
      'unsupported 3×, exim-trixie, sendmail-trixie: no quota',
    ])
  })
})

it('orders projects as the matrix has them, strangers last', () => {
  expect(projectOrder(['z-1', 'exim-trixie', 'a-1', 'postfix-trixie'], ['postfix-trixie', 'exim-trixie'])).toEqual([
    'postfix-trixie',
    'exim-trixie',
    'a-1',
    'z-1',
  ])
})
