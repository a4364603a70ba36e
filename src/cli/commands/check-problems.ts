import { outColours as pc } from '../../errors/colours.ts'
import { type Checked, differing } from './check-results.ts'
import { columns, wrap } from './wrap.ts'

/** What the checklist found, the worst first; of two releases what is alike on both once, then what differs. */
export function describeChecks(results: ReadonlyMap<string, readonly Checked[]>): string {
  if (results.size === 0) return ''
  // Where nothing was tried, nothing differs.
  const tried = new Map([...results].filter(([, list]) => list.length > 0))
  const { alike, own } = differing(tried)
  const lines = [...problemLines(alike)]
  for (const [release, list] of own) {
    const problems = problemLines(list)
    if (problems.length > 0 && tried.size > 1) lines.push(pc.bold(`only on ${release}`))
    lines.push(...problems)
  }
  const [all = []] = tried.values()
  if (tried.size > 1 && [...own.values()].every((list) => list.length === 0)) {
    lines.push(`no difference in ${all.length} checks`)
  }
  return `${[...lines, ...[...results].map(([release, list]) => sum(release, list))].join('\n')}\n`
}

const SEVERITIES = ['fault', 'risk', 'note'] as const
const UNKNOWN = 'could not be told'

function sum(release: string, list: readonly Checked[]): string {
  if (list.length === 0)
    return `${release}: no check was run, because not all of its servers run; fix their faults first`
  const count = (...verdicts: Checked['verdict'][]) => list.filter(({ verdict }) => verdicts.includes(verdict)).length
  const found = SEVERITIES.map((severity) => {
    const number = list.filter((one) => one.verdict === 'fault' && one.severity === severity).length
    return `${number} ${severity}${number === 1 ? '' : 's'}`
  })
  const rest = `${count('unknown')} ${UNKNOWN}, ${count('not-applicable')} do not apply`
  return `${release}: ${list.length} checks: ${found.join(', ')}, ${count('ok')} ok, ${rest}`
}

/** What one line of the configuration decides, or one reason explains, is told once: by its plainest case, whose name is short. */
function problemLines(list: readonly Checked[]): string[] {
  const groups = new Map<string, [Checked, ...Checked[]]>()
  for (const one of list) {
    if (one.verdict !== 'fault' && one.verdict !== 'unknown') continue
    const key = `${wordOf(one)} ${one.decidedBy ?? one.reason ?? one.id}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .flatMap((group) => groupLines(group.sort((a, b) => a.id.length - b.id.length)))
}

function wordOf({ verdict, severity }: Checked): string {
  return verdict === 'unknown' ? UNKNOWN : severity
}

function rankOf({ verdict, severity }: Checked): number {
  return verdict === 'unknown' ? SEVERITIES.length : SEVERITIES.indexOf(severity)
}

function groupLines([first, ...more]: [Checked, ...Checked[]]): string[] {
  const word = wordOf(first)
  const mark = word === 'fault' ? pc.red(word) : pc.yellow(word)
  const name = `${first.title} ${pc.dim(`(${first.id})`)}`
  const { expected, came, reason, decidedBy } = first
  return [
    ...(decidedBy === undefined ? [`${mark}  ${name}`] : [`${mark}  ${decidedBy}`, part('should hold', name)]),
    ...(expected === undefined ? [] : [part('expected', expected)]),
    ...(came === undefined ? [] : [part('came', came)]),
    ...(reason === undefined ? [] : [part('reason', reason)]),
    ...(more.length === 0 ? [] : [part(`and ${more.length} more`, more.map(({ id }) => id).join(', '))]),
    '',
  ]
}

function part(key: string, text: string): string {
  const oneLine = text.trim().replace(/\s*\n\s*/g, ' / ')
  return `  ${wrap(`${key}: ${oneLine}`, { width: columns() - 2, indent: 4 })}`
}
