import { describe, expect, it } from 'vitest'
import { renderStepSummary } from './step-summary.ts'
import { runOf, testRun } from './test-run.ts'

const failed = (name: string, error: string) => testRun({ name, state: 'failed', errors: [error] })

describe('the step summary', () => {
  it('counts by server and shows each failure', () => {
    const text = renderStepSummary(
      runOf({
        'exim-trixie': [testRun(), failed('refuses <b>', 'expected 550\n```\ncame 250')],
        'postfix-trixie': [testRun()],
      }),
      ['postfix-trixie', 'exim-trixie'],
    )
    expect(text).toContain('| postfix-trixie | 1 | 0 | 0 | 0 |\n| exim-trixie | 1 | 1 | 0 | 0 |')
    expect(text).toContain('<summary>scenarios/smtp/a.scenario.ts › refuses &lt;b&gt; on exim-trixie</summary>')
    expect(text, 'a fence that the text does not end').toContain('````text\nexpected 550\n```\ncame 250\n````')
    expect(text).not.toContain('left out')
  })

  it('stays within the limit in octets, and says what it left out', () => {
    const run = runOf({
      'exim-trixie': Array.from({ length: 400 }, (_, index) => failed(`test ${index}`, 'ä'.repeat(3_900))),
    })
    const text = renderStepSummary(run, [])
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_048_576)
    expect(Buffer.byteLength(text), 'and is used').toBeGreaterThan(1_000_000)
    expect(text).toMatch(/\*\d+ of 400 failures left out: the summary is full\. The report has all\.\*\n$/)
  })
})
