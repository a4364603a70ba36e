import { describe, expect, it } from 'vitest'
import { BEHAVIOURS, SENTENCES } from './objectives.ts'
import { renderCoverage, unknownIds } from './render-coverage.ts'
import { runOf, testRun } from './test-run.ts'

const PROJECTS = ['postfix-bookworm', 'exim-bookworm', 'sendmail-bookworm']
const run = runOf({
  'sendmail-bookworm': [testRun({ covers: ['P9', 'S62'] }), testRun({ covers: ['P9'], state: 'failed' })],
  'exim-bookworm': [
    testRun({ covers: ['P9', 'S62'] }),
    unsupported('P9', 'EXPN is off'),
    unsupported('L4', 'EXPN is off'),
  ],
  'postfix-bookworm': [testRun({ covers: ['P9', 'S62', 'P99'] }), testRun({ covers: ['P9'] })],
})

function unsupported(id: string, reason: string) {
  return testRun({ covers: [id], state: 'unsupported', reason })
}

function rowOf(id: string): string | undefined {
  return renderCoverage(run, PROJECTS)
    .split('\n')
    .find((line) => line.startsWith(`| ${id} `))
}

describe('renderCoverage', () => {
  it('says where each id is shown and how it went, project by project', () => {
    const where = '[smtp/a](../scenarios/smtp/a.scenario.ts)'
    expect(rowOf('P9')).toBe(`| P9 | VRFY, EXPN and HELP | ${where} | pass | part | **fail** |`)
    expect(rowOf('L4')).toBe(`| L4 | sendmail’s command line | ${where} | – | unsupported | – |`)
    expect(rowOf('S62')).toMatch(/\| pass \| pass \| pass \|$/)
    expect(rowOf('V3')).toMatch(/\| – \| – \| – \| – \|$/)
  })

  it('counts what is covered, gives reasons, and names ids that no list has', () => {
    const text = renderCoverage(run, PROJECTS)
    expect(text).toContain(`Covered: 1 of ${SENTENCES.length}.`)
    expect(text).toContain(`Covered: 2 of ${BEHAVIOURS.length}.`)
    expect(text).toContain('| EXPN is off | [smtp/a](../scenarios/smtp/a.scenario.ts) | exim-bookworm |')
    expect(text).toMatch(/## Ids that stand for nothing\n\nP99\n$/)
    expect(unknownIds(run)).toEqual(['P99'])
  })

  it('has each id once', () => {
    const ids = [...SENTENCES, ...BEHAVIOURS].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
