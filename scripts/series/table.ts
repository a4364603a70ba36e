import type { Outcomes } from './outcomes.ts'

export interface Run {
  /** From 1. */
  number: number
  stressed: boolean
  /** Undefined where vitest left none: it died, or could not begin. */
  outcomes: Outcomes | undefined
}

/** How often one thing failed. */
interface Row {
  test: string
  server: string
  idle: Count
  stressed: Count
  firstCause: string
}

interface Count {
  failures: number
  runs: number
}

const RUN_ITSELF = 'the run itself'

/** One row for each test that failed at least once, the most frequent first. */
export function failures(runs: readonly Run[]): Row[] {
  const rows = new Map<string, Row>()
  const count = (run: Run, test: string, server: string, failed: boolean, cause: string) => {
    const key = `${server}\0${test}`
    const row = rows.get(key) ?? { test, server, idle: none(), stressed: none(), firstCause: '' }
    rows.set(key, row)
    const counted = run.stressed ? row.stressed : row.idle
    counted.runs += 1
    if (!failed) return
    counted.failures += 1
    row.firstCause ||= cause || 'no reason was given'
  }
  for (const run of runs) {
    const { tests = [], errors = ['vitest left no outcomes'] } = run.outcomes ?? {}
    for (const { file, name, project, failed, cause } of tests) {
      count(run, name === '' ? file : `${file} > ${name}`, project, failed, cause)
    }
    count(run, RUN_ITSELF, '', errors.length > 0, errors[0] ?? '')
  }
  const total = ({ idle, stressed }: Row) => idle.failures + stressed.failures
  return [...rows.values()].filter((row) => total(row) > 0).sort((a, b) => total(b) - total(a))
}

function none(): Count {
  return { failures: 0, runs: 0 }
}

const HEAD = ['test', 'server', 'idle', 'stressed', 'first cause']

/** The rows as text, a line each, below what the runs came to. */
export function formatTable(runs: readonly Run[]): string {
  const rows = failures(runs)
  const stressed = runs.filter((run) => run.stressed).length
  const sum = `${runs.length} runs, ${stressed} of them under stress: ${rows.length === 0 ? '0 failures' : `failures in ${rows.length} tests`}`
  if (rows.length === 0) return `${sum}\n`
  const cells = rows.map((row) => [row.test, row.server, fraction(row.idle), fraction(row.stressed), row.firstCause])
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...cells].map((line) => line[column]?.length ?? 0)))
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[sum, '', line(HEAD), ...cells.map(line)].join('\n')}\n`
}

function fraction({ failures, runs }: Count): string {
  return runs === 0 ? '-' : `${failures} / ${runs}`
}
