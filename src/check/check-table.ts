import type { CheckResult } from './check-result.ts'
import type { Finding } from './finding.ts'
import { SEVERITIES } from './severity.ts'

export interface CheckTableOptions {
  /** Adds reason, source, dialogue and log to what is not ok. Default false. */
  full?: boolean
  /** Puts a mark around the word for a finding; for colours. */
  mark?: (word: string, finding: Finding) => string
}

const UNKNOWN = 'could not be told'

/** What was found, worst first, and a line with the numbers. What is ok or does not apply is in the numbers alone. */
export function checkTable(results: readonly CheckResult[], options: CheckTableOptions = {}): string {
  const shown = worstFirst(results).filter(
    ({ finding }) => finding.verdict === 'fault' || finding.verdict === 'unknown',
  )
  return [...shown.flatMap((result) => [...entry(result, options), '']), numbers(results)].join('\n')
}

/** Faults, risks, notes, what could not be told, what is ok, what does not apply; each in the order of the checks. */
export function worstFirst(results: readonly CheckResult[]): CheckResult[] {
  return results.toSorted((a, b) => rank(a.finding) - rank(b.finding))
}

function rank(finding: Finding): number {
  if (finding.verdict === 'fault') return SEVERITIES.indexOf(finding.severity)
  return SEVERITIES.length + (['unknown', 'ok', 'not-applicable'] as const).indexOf(finding.verdict)
}

function entry({ check, finding }: CheckResult, { full = false, mark = (word) => word }: CheckTableOptions): string[] {
  const head = (word: string) => `${mark(word, finding)}  ${check.title}  (${check.id})`
  const more = full ? [`  why: ${check.reason}`, `  source: ${check.source}`, ...settings(check)] : []
  switch (finding.verdict) {
    case 'fault':
      return [
        head(finding.severity),
        `  expected: ${oneLine(finding.expected)}`,
        `  came: ${oneLine(finding.came)}`,
        ...more,
        ...(full ? [...indented('dialogue', finding.dialogue), ...indented('log', finding.log)] : []),
      ]
    case 'unknown':
      return [
        head(UNKNOWN),
        `  ${oneLine(finding.reason)}`,
        ...(full ? [...more, ...indented('dialogue', finding.dialogue)] : []),
      ]
    default:
      return []
  }
}

function settings({ settings = {} }: CheckResult['check']): string[] {
  return Object.entries(settings).map(([software, names]) => `  decided by ${software}: ${names.join(', ')}`)
}

function indented(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)]
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' / ')
}

function numbers(results: readonly CheckResult[]): string {
  const count = (holds: (finding: Finding) => boolean) => results.filter(({ finding }) => holds(finding)).length
  const faults = SEVERITIES.map((severity) => {
    const found = count((finding) => finding.verdict === 'fault' && finding.severity === severity)
    return `${found} ${found === 1 ? severity : `${severity}s`}`
  })
  const others = [
    `${count(({ verdict }) => verdict === 'unknown')} ${UNKNOWN}`,
    `${count(({ verdict }) => verdict === 'not-applicable')} not applicable`,
    `${count(({ verdict }) => verdict === 'ok')} ok`,
  ]
  return `${results.length} checks: ${[...faults, ...others].join(', ')}`
}
