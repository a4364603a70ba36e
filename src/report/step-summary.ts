import { cell, table } from './markdown.ts'
import { projectOrder, type RunDocument } from './run-document.ts'
import { summarise } from './summary.ts'

/** GitHub takes 1 MiB a step, and shows nothing at all of more. */
export const SUMMARY_LIMIT = 1_048_576

const COLUMNS = ['passed', 'failed', 'unsupported', 'skipped'] as const

const LONGEST_ERROR = 4_000

/** A run in Markdown for the page of a GitHub job: the counts, and each failure with its evidence. */
export function renderStepSummary(run: RunDocument, known: readonly string[], limit = SUMMARY_LIMIT): string {
  const names = projectOrder(Object.keys(run.projects), known)
  const counts = names.map((name) => {
    const tests = run.projects[name]?.scenarios.flatMap((scenario) => scenario.tests) ?? []
    const count = (state: string) => String(tests.filter((test) => test.state === state).length)
    return [name, ...COLUMNS.map(count)]
  })
  const failures = names.flatMap((name) =>
    (run.projects[name]?.scenarios ?? []).flatMap(({ file, tests, errors = [] }) => [
      ...errors.map((error) => failure(`${file} on ${name}`, error)),
      ...tests
        .filter(({ state }) => state === 'failed')
        .map((test) => failure(`${file} › ${test.name} on ${name}`, (test.errors ?? ['failed']).join('\n\n'))),
    ]),
  )
  const head = [
    '## mailrig',
    '',
    table(['server', ...COLUMNS], counts),
    '',
    ...summarise(run).map((line) => `- ${cell(line)}`),
    '',
  ].join('\n')
  return withinLimit(head, failures, limit)
}

/** As many of the parts as fit, and how many do not: octets, as they count. */
function withinLimit(head: string, parts: readonly string[], limit: number): string {
  const note = (left: number) =>
    `\n*${left} of ${parts.length} failures left out: the summary is full. The report has all.*\n`
  const room = limit - Buffer.byteLength(note(parts.length))
  let text = head
  let octets = Buffer.byteLength(head)
  for (const [index, part] of parts.entries()) {
    octets += Buffer.byteLength(part)
    if (octets > room) return text + note(parts.length - index)
    text += part
  }
  return text
}

function failure(title: string, error: string): string {
  const text =
    error.length <= LONGEST_ERROR ? error : `${error.slice(0, LONGEST_ERROR)}\n… (${error.length} characters)`
  // A fence longer than any in the text: nothing in it ends the block.
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return `\n<details><summary>${escaped(title)}</summary>\n\n${fence}text\n${text}\n${fence}\n\n</details>\n`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
