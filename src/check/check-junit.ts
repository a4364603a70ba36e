import { renderJunit } from '../report/junit.ts'
import type { TestRun } from '../report/run-document.ts'
import type { CheckResult } from './check-result.ts'

/**
 * Results as CI servers read them: a test case a check. A fault fails; a risk and a note do not, nor what could not be
 * told, and are skipped with what was found.
 */
export function checkJunit(results: readonly CheckResult[], subject: string): string {
  const tests = results.map(testOf)
  const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0)
  const state = tests.some((test) => test.state === 'failed') ? ('failed' as const) : ('passed' as const)
  const scenarios = [{ file: 'checks', state, durationMs, tests }]
  return renderJunit({
    format: 1,
    projects: { [subject]: { mta: subject, release: '', files: ['checks'], filtered: false, scenarios } },
  })
}

function testOf({ check, finding, durationMs }: CheckResult): TestRun {
  const base = { name: `${check.id}: ${check.title}`, durationMs, covers: [], observations: [] }
  switch (finding.verdict) {
    case 'ok':
      return { ...base, state: 'passed' }
    case 'not-applicable':
      return { ...base, state: 'skipped', reason: `not applicable: ${finding.reason}` }
    case 'unknown':
      return { ...base, state: 'skipped', reason: `could not be told: ${finding.reason}` }
    case 'fault': {
      const found = `expected ${finding.expected}, came ${finding.came}`
      if (finding.severity !== 'fault') return { ...base, state: 'skipped', reason: `${finding.severity}: ${found}` }
      return { ...base, state: 'failed', errors: [[found, ...finding.dialogue, ...finding.log].join('\n')] }
    }
  }
}
