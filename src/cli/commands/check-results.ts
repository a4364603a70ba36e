import type { CheckResult, Severity } from '../../check/index.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import { decidingLine } from '../../targets/adopted/deciding-line.ts'
import type { MtaSays } from '../../targets/adopted/mta-says.ts'
import type { ServiceName } from '../../targets/facts.ts'

/** What a check found, as values, with the line of the configuration that decides it. */
export interface Checked {
  id: string
  title: string
  verdict: CheckResult['finding']['verdict']
  severity: Severity
  durationMs: number
  /** Why it matters. */
  why: string
  /** RFC with section, manual page, or CVE. */
  source: string
  expected?: string
  came?: string
  /** Why it does not apply, or could not be told. */
  reason?: string
  /** `file:line name = value`, where the configuration has one of the settings that decide. */
  decidedBy?: string
  /** What was said, of a fault. */
  dialogue?: string[]
  /** What the log told of the messages of a fault. */
  log?: string[]
}

/** Results as they are printed and written: no secret of the configuration is in them. */
export function checkedOf(results: readonly CheckResult[], { mask, survey }: Adopted, says?: MtaSays): Checked[] {
  return results.map(({ check, finding, durationMs }) => {
    const { id, title, reason: why, source } = check
    const base = { id, title, verdict: finding.verdict, severity: check.severity, durationMs, why, source }
    if ('reason' in finding) return { ...base, reason: mask(finding.reason) }
    if (finding.verdict === 'ok') return base
    const { severity, expected, came, dialogue, log } = finding
    const decidedBy = decidingLine(check.settings ?? {}, { survey, says, service: lastService(dialogue) })
    return {
      ...base,
      severity,
      expected: mask(expected),
      came: mask(came),
      ...(decidedBy === undefined ? {} : { decidedBy: mask(decidedBy) }),
      dialogue: dialogue.map(mask),
      log: log.map(mask),
    }
  })
}

/** The service of the last session: each begins with its name. */
function lastService(dialogue: readonly string[]): ServiceName | undefined {
  return dialogue.findLast((line) => /^\w+:$/.test(line))?.slice(0, -1) as ServiceName | undefined
}

/** Of two releases: what is alike on both is told once. */
export function differing(of: ReadonlyMap<string, readonly Checked[]>): {
  alike: Checked[]
  own: Map<string, Checked[]>
} {
  const lists = [...of.values()]
  const [first = []] = lists
  const isAlike = (one: Checked) =>
    lists.every((list) => list.some((other) => other.id === one.id && other.verdict === one.verdict))
  const alike = first.filter(isAlike)
  const ids = new Set(alike.map(({ id }) => id))
  return { alike, own: new Map([...of].map(([name, list]) => [name, list.filter(({ id }) => !ids.has(id))])) }
}
