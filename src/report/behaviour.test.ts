import { describe, expect, it } from 'vitest'
import { behaviourOf } from './behaviour.ts'
import { diffBehaviour } from './diff-behaviour.ts'
import { renderBehaviour } from './render-behaviour.ts'
import { runOf, testRun } from './test-run.ts'

const PROJECTS = ['postfix-bookworm', 'postfix-trixie', 'exim-bookworm']
const must = (holds: boolean) => ({ requirement: 'MUST' as const, section: 'RFC 5321 §3.3', holds })
const should = (holds: boolean) => ({ requirement: 'SHOULD' as const, section: 'RFC 5321 §4.1.1.8', holds })

const run = runOf({
  'exim-bookworm': [
    testRun({ versions: { exim: '4.96' } }),
    testRun({
      observations: [
        { name: 'RCPT before MAIL', value: '550 sender required', verdict: must(false) },
        { name: 'HELP', value: '214 Commands', verdict: should(true) },
        { name: 'QUIT', value: '221 mx closing' },
      ],
    }),
  ],
  'postfix-bookworm': [
    testRun({ versions: { postfix: '3.7.11' } }),
    testRun({
      observations: [
        { name: 'RCPT before MAIL', value: '503 5.5.1 need MAIL', verdict: must(true) },
        { name: 'HELP', value: '500 5.5.2 not recognized', verdict: should(false) },
        { name: 'QUIT', value: '221 2.0.0 Bye' },
        { name: 'LF.LF', value: '2 messages' },
      ],
    }),
  ],
  'postfix-trixie': [
    testRun({ versions: { postfix: '3.10.5' } }),
    testRun({
      observations: [
        { name: 'RCPT before MAIL', value: '503 5.5.1 need MAIL', verdict: must(true) },
        { name: 'HELP', value: '500 5.5.2 not recognized', verdict: should(false) },
        { name: 'QUIT', value: '221 2.0.0 Bye' },
        { name: 'LF.LF', value: '1 | message' },
      ],
    }),
  ],
})

describe('renderBehaviour', () => {
  it('has a row an input and a column a project, verdicts, differences, versions', () => {
    const text = renderBehaviour(behaviourOf(run, PROJECTS))
    expect(text.slice(text.indexOf('|'))).toBe(`\
|  | postfix-bookworm | postfix-trixie | exim-bookworm |
| --- | --- | --- | --- |
| servers | postfix 3.7.11 | postfix 3.10.5 | exim 4.96 |
| OK | 1 | 1 | 1 |
| NON-STRICT | 1 | 1 | 0 |
| FAILED | 0 | 0 | 1 |

## smtp/a

| input | differs | postfix-bookworm | postfix-trixie | exim-bookworm |
| --- | --- | --- | --- | --- |
| RCPT before MAIL<br>*MUST, RFC 5321 §3.3* | **MTA** | OK: 503 5.5.1 need MAIL | ″ | **FAILED**: 550 sender required |
| HELP<br>*SHOULD, RFC 5321 §4.1.1.8* | **MTA** | **NON-STRICT**: 500 5.5.2 not recognized | ″ | OK: 214 Commands |
| QUIT | *words* | 221 2.0.0 Bye | ″ | 221 mx closing |
| LF.LF | **release** | 2 messages | 1 \\| message | – |
`)
  })

  it('puts the rows about behaviour before those of other scenarios', () => {
    const observed = { observations: [{ name: 'a', value: 'b' }] }
    const other = runOf({ 'exim-bookworm': [testRun(observed)] }, 'scenarios/behaviour/z.scenario.ts')
    const scenarios = [
      ...(run.projects['exim-bookworm']?.scenarios ?? []),
      ...(other.projects['exim-bookworm']?.scenarios ?? []),
    ]
    const [exim] = Object.values(other.projects)
    if (!exim) throw new Error('there is one')
    const { rows } = behaviourOf({ format: 1, projects: { 'exim-bookworm': { ...exim, scenarios } } }, PROJECTS)
    expect(rows[0]?.scenario).toBe('scenarios/behaviour/z.scenario.ts')
  })

  it('joins what one project observed of one input more than once', () => {
    const twice = [
      { name: 'a', value: '250' },
      { name: 'a', value: '250' },
      { name: 'a', value: '550' },
    ]
    const { rows } = behaviourOf(runOf({ 'exim-bookworm': [testRun({ observations: twice })] }), PROJECTS)
    expect(rows[0]?.cells['exim-bookworm']?.value).toBe('250; 550')
  })
})

describe('diffBehaviour', () => {
  const before = behaviourOf(run, PROJECTS)

  it('is empty for the same behaviour of another version', () => {
    expect(diffBehaviour(before, { ...before, versions: { 'exim-bookworm': { exim: '4.97' } } })).toEqual([])
  })

  it('names what changed, appeared and went, verdicts included', () => {
    const after = structuredClone(before)
    const [rcpt, help] = after.rows
    if (!rcpt || !help) throw new Error('there are rows')
    rcpt.cells['exim-bookworm'] = { value: '503 sender required', verdict: must(true) }
    delete help.cells['postfix-trixie']
    after.rows.push({
      scenario: 'scenarios/smtp/b.scenario.ts',
      name: 'new',
      cells: { 'exim-bookworm': { value: 'x' } },
    })
    expect(diffBehaviour(before, after)).toEqual([
      'scenarios/smtp/a.scenario.ts · RCPT before MAIL · exim-bookworm',
      '  - FAILED (MUST, RFC 5321 §3.3): 550 sender required',
      '  + OK (MUST, RFC 5321 §3.3): 503 sender required',
      'scenarios/smtp/a.scenario.ts · HELP · postfix-trixie',
      '  - NON-STRICT (SHOULD, RFC 5321 §4.1.1.8): 500 5.5.2 not recognized',
      '  + (not observed)',
      'scenarios/smtp/b.scenario.ts · new · exim-bookworm',
      '  - (not observed)',
      '  + x',
    ])
  })
})
