import { describe, expect, it } from 'vitest'
import type { Check } from './check.ts'
import { checkDocument, toCheckDocument } from './check-document.ts'
import { checkJunit } from './check-junit.ts'
import type { CheckResult } from './check-result.ts'
import { checkTable } from './check-table.ts'
import type { Finding } from './finding.ts'

function result(id: string, finding: Finding): CheckResult {
  const check: Check = {
    id,
    title: `${id} holds`,
    reason: 'It matters. It does.',
    source: 'RFC 5321 1',
    severity: 'risk',
    settings: { postfix: ['mynetworks'] },
    run: async () => undefined,
  }
  return { check, finding, durationMs: 12 }
}

const FAULT = { verdict: 'fault', expected: 'a', came: 'one\ntwo', dialogue: ['S: 250 <&>'], log: ['line'] } as const
const RESULTS: CheckResult[] = [
  result('good', { verdict: 'ok' }),
  result('light', { ...FAULT, severity: 'note', dialogue: [], log: [] }),
  result('dark', { verdict: 'unknown', reason: 'nobody knows', dialogue: [] }),
  result('other', { verdict: 'not-applicable', reason: 'no TLS' }),
  result('bad', { ...FAULT, severity: 'fault', dialogue: [...FAULT.dialogue], log: [...FAULT.log] }),
]

describe('checkTable', () => {
  it('tells the worst first, and counts the rest', () => {
    expect(checkTable(RESULTS).split('\n')).toEqual([
      'fault  bad holds  (bad)',
      '  expected: a',
      '  came: one / two',
      '',
      'note  light holds  (light)',
      '  expected: a',
      '  came: one / two',
      '',
      'could not be told  dark holds  (dark)',
      '  nobody knows',
      '',
      '5 checks: 1 fault, 0 risks, 1 note, 1 could not be told, 1 not applicable, 1 ok',
    ])
  })

  it('tells why, by what it is decided, and the dialogue where all is asked for', () => {
    const text = checkTable(RESULTS, { full: true })
    for (const part of [
      'why: It matters',
      'source: RFC 5321 1',
      'decided by postfix: mynetworks',
      'S: 250 <&>',
      'line',
    ])
      expect(text).toContain(part)
  })
})

it('the document for programs keeps to its own schema', () => {
  const document = toCheckDocument(RESULTS, { subject: 'postfix on trixie', mailrig: '1.2.3' })
  expect(checkDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
  expect(document.checks.map(({ finding }) => finding.verdict)).toEqual(RESULTS.map(({ finding }) => finding.verdict))
})

it('JUnit fails for faults alone, and has the reasons of the others', () => {
  const xml = checkJunit(RESULTS, 'postfix on trixie')
  expect(xml).toContain('tests="5" failures="1" errors="0" skipped="3"')
  expect(xml).toContain('S: 250 &lt;&amp;&gt;')
  for (const reason of ['note: expected a', 'could not be told: nobody knows', 'not applicable: no TLS'])
    expect(xml).toContain(reason)
})
