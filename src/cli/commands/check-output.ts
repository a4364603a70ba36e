import { outColours as pc } from '../../errors/colours.ts'
import type { Release } from '../../servers/release.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import type { Finding } from '../../targets/adopted/finding.ts'
import { OVERLAY_KINDS, type Overlay } from '../../targets/adopted/overlay.ts'
import type { ServiceGroup } from '../../targets/adopted/service/service.ts'
import { formatPlace } from '../../targets/adopted/source-tree.ts'
import type { StartVerdict } from '../../targets/adopted/start-verdict.ts'
import { columns, wrap } from './wrap.ts'

/** What was read out of the files, with the line each came from. */
export function describeDerived(
  { survey, name, release, packages, accounts }: Adopted,
  releases: readonly Release[],
): string {
  const left = survey.tree.left.filter(({ path }) => OF_MAIL.test(path))
  return table([
    ['servers', serversOf(survey)],
    ['host', [`${name.host} (${name.from})`]],
    ['release', [`${release.release} (${release.from})`]],
    ['runs on', releases],
    ['packages', packages.map(({ name: one, from }) => `${one} (${from})`)],
    ['accounts', accounts.map(({ name: one, uid, from }) => `${one}${uid === undefined ? '' : ` ${uid}`} (${from})`)],
    ['left out', left.map(({ path, reason }) => `${path}: ${reason}`)],
  ])
}

function serversOf({ mta, dovecot }: Adopted['survey']): string[] {
  return [
    ...(mta ? [`${mta.name} (${formatPlace(mta.at)})`] : []),
    ...(dovecot ? [`dovecot (${formatPlace(dovecot.at)})`] : []),
  ]
}

function table(rows: readonly [string, readonly string[]][]): string {
  return `${rows
    .filter(([, values]) => values.length > 0)
    .map(([key, values]) => key.padEnd(KEY) + wrap(values.join(', '), { width: columns() - KEY, indent: KEY }))
    .join('\n')}\n\n`
}

/** The same of a service that runs as its image says. */
export function describeService({ survey, name }: Adopted, { mail, others }: ServiceGroup): string {
  return table([
    ['image', [mail.image]],
    ['beside', others.map((other) => `${other.name} (${other.image})`)],
    ['servers', serversOf(survey)],
    ['host', [`${name.host} (${name.from})`]],
  ])
}

const KEY = 10

/** Where it matters that something was left out. */
const OF_MAIL = /^\/etc\/(?:postfix|dovecot|exim4|mail)\//

/** One screen: the overlays of the first release, then what each release says, faults first. */
export function describeVerdicts(verdicts: readonly StartVerdict[]): string {
  const [first] = verdicts
  const lines: string[] = []
  if (first)
    lines.push(pc.bold('Laid over, on a copy; no file of yours is changed'), ...overlayTable(first.overlays), '')
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

/** A row a kind: what, why, and the lines that ask for it. All there is to say of each stands in --json. */
function overlayTable(overlays: readonly Overlay[]): string[] {
  const kinds = [...new Set(overlays.map(({ kind }) => kind))]
  const key = Math.max(...kinds.map((kind) => kind.length)) + 4
  return kinds.map((kind) => {
    const some = overlays.filter((one) => one.kind === kind)
    const [first] = some
    const what =
      some.length === 1 && first
        ? `${first.path}: ${first.what}`
        : `${[...new Set(some.map(({ path }) => path))].join(', ')}: ${OVERLAY_KINDS[kind]}`
    const text = `${what} (${[...new Set(some.map(({ from }) => from))].join(', ')})`
    return `  ${kind.padEnd(key - 2)}${wrap(text, { width: columns() - key, indent: key })}`
  })
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
