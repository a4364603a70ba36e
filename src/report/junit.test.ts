import { expect, it } from 'vitest'
import { renderJunit } from './junit.ts'
import { runOf, testRun } from './test-run.ts'

it('says what passed, failed, and is unsupported', () => {
  const run = runOf({
    'exim-trixie': [
      testRun({ name: 'takes <a> & "b"', durationMs: 1234 }),
      testRun({ name: 'fails', state: 'failed', errors: ['expected 250\x07\ncame <550>'] }),
      testRun({ name: 'expands', state: 'unsupported', reason: 'Exim has no EXPN' }),
    ],
  })
  expect(renderJunit(run)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="mailrig">
      <testsuite name="exim-trixie scenarios/smtp/a.scenario.ts" tests="3" failures="1" errors="0" skipped="1" time="0.001">
        <testcase classname="exim-trixie scenarios/smtp/a.scenario.ts" name="takes &lt;a&gt; &amp; &quot;b&quot;" file="scenarios/smtp/a.scenario.ts" time="1.234"/>
        <testcase classname="exim-trixie scenarios/smtp/a.scenario.ts" name="fails" file="scenarios/smtp/a.scenario.ts" time="0.001">
          <failure message="expected 250�">expected 250�
    came &lt;550&gt;</failure>
        </testcase>
        <testcase classname="exim-trixie scenarios/smtp/a.scenario.ts" name="expands" file="scenarios/smtp/a.scenario.ts" time="0.001">
          <skipped message="Exim has no EXPN"/>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `)
})

it('has a case of its own for a file whose rig did not start', () => {
  const run = runOf({ 'exim-trixie': [] })
  const [scenario] = run.projects['exim-trixie']?.scenarios ?? []
  if (scenario) Object.assign(scenario, { state: 'failed', errors: ['refused\nline 3'] })
  expect(renderJunit(run)).toContain('tests="1" failures="0" errors="1"')
  expect(renderJunit(run)).toContain('<error message="refused">refused\nline 3</error>')
})
