import type { CheckResult } from '../../check/index.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import { formatPlace } from '../../targets/adopted/source-tree.ts'

/** A check that was not ok, as values, with the line of the configuration that decides it. */
export interface Checked {
  id: string
  title: string
  verdict: CheckResult['finding']['verdict']
  severity: string
  durationMs: number
  expected?: string
  came?: string
  /** Why it does not apply, or could not be told. */
  reason?: string
  /** `file:line name = value`, where the configuration has one of the settings that decide. */
  decidedBy?: string
}

/** Results as they are printed and written: no secret of the configuration is in them. */
export function checkedOf(results: readonly CheckResult[], adopted: Adopted): Checked[] {
  const { mask } = adopted
  return results.map(({ check, finding, durationMs }) => {
    const decidedBy = finding.verdict === 'fault' ? deciding(check.settings ?? {}, adopted) : undefined
    return {
      id: check.id,
      title: check.title,
      verdict: finding.verdict,
      severity: finding.verdict === 'fault' ? finding.severity : check.severity,
      durationMs,
      ...(finding.verdict === 'fault' ? { expected: mask(finding.expected), came: mask(finding.came) } : {}),
      ...('reason' in finding ? { reason: mask(finding.reason) } : {}),
      ...(decidedBy === undefined ? {} : { decidedBy: mask(decidedBy) }),
    }
  })
}

/** The first of the settings that decide which the configuration has. */
function deciding(settings: Readonly<Record<string, readonly string[]>>, { survey }: Adopted): string | undefined {
  const ofMta = survey.mta?.name === 'postfix' ? (settings.postfix ?? []) : []
  for (const name of ofMta) {
    const found = survey.main.settings.findLast((setting) => setting.name === name)
    if (found) return `${formatPlace(found.at)} ${name} = ${found.value}`
  }
  for (const name of settings.dovecot ?? []) {
    const found = survey.dovecotSettings.findLast(({ key }) => key === name)
    if (found) return `${formatPlace(found.at)} ${name} = ${found.value}`
  }
  const [unset] = ofMta
  return unset === undefined ? undefined : `${unset}, which main.cf does not set`
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
