import type { RunDocument, TestRun } from './run-document.ts'

/**
 * A run in the form that CI servers read. A suite is a scenario file on one server; what an MTA cannot do is skipped,
 * with the reason. A test that was not run is an error, and so is a file whose rig did not start or that was not run: it has
 * one test case more, with the error.
 *
 * @see https://github.com/testmoapp/junitxml, which describes the common ground of the readers.
 */
export function renderJunit(run: RunDocument): string {
  const suites = Object.entries(run.projects).flatMap(([project, { scenarios }]) =>
    scenarios.map(({ file, tests, durationMs, errors = [] }) => {
      const count = (...states: TestRun['state'][]) => tests.filter(({ state }) => states.includes(state)).length
      const classname = `${project} ${file}`
      const attributes = {
        name: classname,
        tests: tests.length + (errors.length > 0 ? 1 : 0),
        failures: count('failed'),
        errors: count('not-run') + (errors.length > 0 ? 1 : 0),
        skipped: count('skipped', 'unsupported'),
        time: seconds(durationMs),
      }
      const cases = tests.map((test) => testCase(classname, file, test))
      const broken = errors.length === 0 ? [] : [brokenFile(classname, file, errors)]
      return [`  <testsuite${written(attributes)}>`, ...cases, ...broken, '  </testsuite>'].join('\n')
    }),
  )
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="mailrig">', ...suites, '</testsuites>', ''].join(
    '\n',
  )
}

function testCase(classname: string, file: string, { name, state, durationMs, reason, errors = [] }: TestRun): string {
  const head = `    <testcase${written({ classname, name, file, time: seconds(durationMs) })}`
  if (state === 'passed') return `${head}/>`
  const inner =
    state === 'failed'
      ? `<failure${written({ message: errors[0]?.split('\n', 1)[0] ?? 'failed' })}>${escaped(errors.join('\n\n'))}</failure>`
      : state === 'not-run'
        ? `<error${written({ message: reason ?? 'not run' })}/>`
        : `<skipped${written(reason === undefined ? {} : { message: reason })}/>`
  return `${head}>\n      ${inner}\n    </testcase>`
}

function brokenFile(classname: string, file: string, errors: readonly string[]): string {
  const [message = ''] = (errors[0] ?? '').split('\n', 1)
  return `    <testcase${written({ classname, name: file, file })}>\n      <error${written({ message })}>${escaped(errors.join('\n\n'))}</error>\n    </testcase>`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function written(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('')
}

/** What XML 1.0 §2.2 does not allow at all is shown as U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
