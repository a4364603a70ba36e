import { outColours as pc } from '../../errors/colours.ts'
import type { Release } from '../../servers/release.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import type { Finding } from '../../targets/adopted/finding.ts'
import type { Overlay } from '../../targets/adopted/overlay.ts'
import { formatPlace } from '../../targets/adopted/source-tree.ts'
import type { StartVerdict } from '../../targets/adopted/start-verdict.ts'
import { type Checked, differing } from './check-results.ts'

/** What was read out of the files, with the line each came from. */
export function describeDerived(
  { survey, name, release, packages, accounts }: Adopted,
  releases: readonly Release[],
): string {
  const servers = [
    ...(survey.mta ? [`${survey.mta.name} (${formatPlace(survey.mta.at)})`] : []),
    ...(survey.dovecot ? [`dovecot (${formatPlace(survey.dovecot.at)})`] : []),
  ]
  const rows = [
    ['servers', servers.join(', ')],
    ['host', `${name.host} (${name.from})`],
    ['release', `${release.release} (${release.from})`],
    ['runs on', releases.join(', ')],
    ...packages.map(({ name: one, from }, index) => [index === 0 ? 'packages' : '', `${one} (${from})`]),
    ...accounts.map(({ name: one, uid, from }, index) => [
      index === 0 ? 'accounts' : '',
      `${one}${uid === undefined ? '' : ` ${uid}`} (${from})`,
    ]),
    ...survey.tree.left
      .filter(({ path }) => OF_MAIL.test(path))
      .map(({ path, reason }, index) => [index === 0 ? 'left out' : '', `${path}: ${reason}`]),
  ]
  return `${rows.map(([key = '', value]) => `${key.padEnd(10)}${value}`).join('\n')}\n\n`
}

/** Where it matters that something was left out. */
const OF_MAIL = /^\/etc\/(?:postfix|dovecot|exim4|mail)\//

/** One screen: the overlays of the first release, then what each release says, faults first. */
export function describeVerdicts(verdicts: readonly StartVerdict[]): string {
  const [first] = verdicts
  const lines: string[] = []
  if (first) lines.push(pc.bold('Laid over, on a copy'), ...overlayTable(first.overlays), '')
  const everywhere = verdicts.length > 1 && first ? first.findings.filter((one) => isInAll(one, verdicts)) : []
  if (everywhere.length > 0) {
    lines.push(
      pc.bold(`on each of ${verdicts.map(({ release }) => release).join(', ')}`),
      ...findingLines(everywhere),
      '',
    )
  }
  for (const verdict of verdicts) {
    const own = verdict.findings.filter((one) => !everywhere.some((known) => keyOf(known) === keyOf(one)))
    lines.push(...describeVerdict({ ...verdict, findings: own }), '')
  }
  return lines.join('\n')
}

function isInAll(finding: Finding, verdicts: readonly StartVerdict[]): boolean {
  return verdicts.every(({ findings }) => findings.some((one) => keyOf(one) === keyOf(finding)))
}

function keyOf({ severity, server, message, place }: Finding): string {
  return `${severity} ${server} ${place} ${message}`
}

function overlayTable(overlays: readonly Overlay[]): string[] {
  const width = Math.max(...overlays.map(({ kind }) => kind.length))
  return overlays.map(
    ({ kind, path, what, from }) => `  ${kind.padEnd(width)}  ${path}: ${what} ${pc.dim(`(${from})`)}`,
  )
}

function describeVerdict({ release, starts, findings, listening }: StartVerdict): string[] {
  const ports = [...new Set(listening.map(({ port }) => port))].join(' ')
  return [
    `${pc.bold(release)}: ${starts ? pc.green('starts') : pc.red('does not start as written')}; listens on ${ports || 'no port'}`,
    ...findingLines(findings),
  ]
}

/** The worst first. */
function findingLines(findings: readonly Finding[]): string[] {
  return [...findings]
    .sort((a, b) => rank(a.severity) - rank(b.severity))
    .map(({ severity, server, message, place, remedy }) => {
      const mark = severity === 'fault' ? pc.red('fault  ') : pc.yellow('warning')
      const where = place === undefined ? '' : `${place} `
      return `  ${mark} ${where}${server}: ${message}${remedy === undefined ? '' : `\n          instead: ${remedy}`}`
    })
}

function rank(severity: 'fault' | 'warning'): number {
  return severity === 'fault' ? 0 : 1
}

/** What the checklist found, the worst first; of two releases what is alike on both once, then what differs. */
export function describeChecks(results: ReadonlyMap<string, readonly Checked[]>): string {
  if (results.size === 0) return ''
  const { alike, own } = differing(results)
  const lines = [...problemLines(alike)]
  for (const [release, list] of own) {
    if (results.size > 1 && list.length > 0) lines.push(pc.bold(`only on ${release}`))
    lines.push(...problemLines(list))
  }
  const all = [...results.values()][0] ?? []
  if (results.size > 1 && [...own.values()].every((list) => list.length === 0)) {
    lines.push(`no difference in ${all.length} checks`)
  }
  for (const [release, list] of results) {
    const count = (verdict: string) => list.filter((one) => one.verdict === verdict).length
    lines.push(
      `${release}: ${list.length} checks: ${count('ok')} ok, ${count('fault')} not as it should be, ` +
        `${count('unknown')} could not be told, ${count('not-applicable')} do not apply`,
    )
  }
  return `${lines.join('\n')}\n`
}

const SEVERITIES = ['fault', 'risk', 'note']

function problemLines(list: readonly Checked[]): string[] {
  const rankOf = ({ verdict, severity }: Checked) => (verdict === 'fault' ? SEVERITIES.indexOf(severity) : 9)
  return list
    .filter(({ verdict }) => verdict === 'fault' || verdict === 'unknown')
    .sort((a, b) => rankOf(a) - rankOf(b))
    .flatMap(({ verdict, severity, title, id, expected, came, reason, decidedBy }) => {
      const word = verdict === 'unknown' ? 'could not be told' : severity
      const mark = word === 'fault' ? pc.red(word) : pc.yellow(word)
      return [
        `${mark}  ${title} ${pc.dim(`(${id})`)}`,
        ...(expected === undefined ? [] : [`  expected: ${oneLine(expected)}`]),
        ...(came === undefined ? [] : [`  came: ${oneLine(came)}`]),
        ...(reason === undefined ? [] : [`  ${oneLine(reason)}`]),
        ...(decidedBy === undefined ? [] : [`  decided by ${decidedBy}`]),
      ]
    })
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' / ')
}
