import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderJunit } from '../../report/junit.ts'
import type { RunDocument, TestRun } from '../../report/run-document.ts'
import type { CheckDocument } from './check-document.ts'
import { checkPage } from './check-page.ts'
import type { Checked } from './check-results.ts'

/** Writes what was found into a folder that is there: index.html, junit.xml, and check.json, which is what --json prints. */
export async function writeCheckReport(
  folder: string,
  document: CheckDocument,
  mask: (text: string) => string,
): Promise<void> {
  const texts: Record<string, string> = {
    'check.json': `${JSON.stringify(document, null, 2)}\n`,
    'junit.xml': renderJunit(asRun(document)),
    'index.html': await checkPage(document),
  }
  await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(join(folder, name), mask(text))))
}

/** A suite a release. What a server says of its configuration is in a case of its own, for it may not start at all. */
function asRun({ releases }: CheckDocument): RunDocument {
  const projects = releases.map(({ release, starts, findings, checks }): [string, RunDocument['projects'][string]] => {
    const faults = findings.filter(({ severity }) => severity === 'fault')
    const start: TestRun = {
      name: 'the configuration starts',
      durationMs: 0,
      covers: [],
      observations: [],
      ...(starts
        ? { state: 'passed' as const }
        : {
            state: 'failed' as const,
            errors: [faults.map(({ place = '', server, message }) => `${place} ${server}: ${message}`).join('\n')],
          }),
    }
    const tests = [start, ...checks.map(testOf)]
    const state = tests.some((test) => test.state === 'failed') ? ('failed' as const) : ('passed' as const)
    const durationMs = tests.reduce((sum, test) => sum + test.durationMs, 0)
    const scenarios = [{ file: 'checks', state, durationMs, tests }]
    return [release, { mta: release, release, files: ['checks'], filtered: false, scenarios }]
  })
  return { format: 1, projects: Object.fromEntries(projects) }
}

/** A fault fails. A risk and a note do not, nor what could not be told: they are skipped, with what was found. */
function testOf(checked: Checked): TestRun {
  const {
    id,
    title,
    verdict,
    severity,
    durationMs,
    expected,
    came,
    reason,
    decidedBy,
    dialogue = [],
    log = [],
  } = checked
  const base = { name: `${id}: ${title}`, durationMs, covers: [], observations: [] }
  if (verdict === 'ok') return { ...base, state: 'passed' }
  if (verdict !== 'fault') {
    const why = verdict === 'unknown' ? 'could not be told' : 'does not apply'
    return { ...base, state: 'skipped', reason: `${why}: ${reason}` }
  }
  const found = `${decidedBy === undefined ? '' : `${decidedBy}: `}expected ${expected}, came ${came}`
  if (severity !== 'fault') return { ...base, state: 'skipped', reason: `${severity}: ${found}` }
  return { ...base, state: 'failed', errors: [[found, ...dialogue, ...log].join('\n')] }
}
