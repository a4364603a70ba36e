import { readFile } from 'node:fs/promises'
import { escapeHtml as escaped } from '../../report/escape-html.ts'
import type { CheckDocument } from './check-document.ts'
import type { Checked } from './check-results.ts'

/** The colours of the run report; the same distance from src/ and from dist/. */
const COLOURS = new URL('../../../page/style/1-colours.css', import.meta.url)

const STYLE = `
body { max-width: 70rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td, dd { overflow-wrap: anywhere; }
article { margin: 1rem 0; padding: 0.2rem 1rem 0.6rem; border-left: 4px solid var(--line); background: var(--raised); }
article.fault { border-color: var(--failed); }
article.risk { border-color: var(--unsupported); }
dt { color: var(--faint); }
dd { margin: 0 0 0.4rem; }
pre { overflow-x: auto; font-size: 0.85rem; }
`

/** What `mailrig check` found, for people: one HTML document that needs nothing else, and runs nothing. */
export async function checkPage({ source, derived, releases }: CheckDocument): Promise<string> {
  const colours = await readFile(COLOURS, 'utf8')
  const { host, release, packages, accounts, leftOut } = derived
  const rows = [
    ['host', host.host, host.from],
    ['release', release.release, release.from],
    ...packages.map(({ name, from }) => ['package', name, from]),
    ...accounts.map(({ name, from }) => ['account', name, from]),
    ...leftOut.map(({ path, reason }) => ['left out', path, reason]),
  ]
  const body = [
    `<h1>mailrig check: ${escaped(host.host)}</h1>`,
    `<p>${escaped(source)}</p>`,
    ...releases.map(releaseSection),
    '<h2>What was read out of the files</h2>',
    table(['what', 'value', 'from'], rows),
  ]
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>mailrig check: ${escaped(host.host)}</title>`
  return `<!doctype html>\n<html lang="en">\n<head>${head}\n<style>\n${colours}${STYLE}</style>\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`
}

function releaseSection({ release, starts, findings, listening, overlays, checks }: CheckDocument['releases'][number]) {
  const told = checks.filter(({ verdict }) => verdict === 'fault' || verdict === 'unknown')
  const quiet = checks.filter(({ verdict }) => verdict === 'ok' || verdict === 'not-applicable')
  const ports = [...new Set(listening.map(({ port }) => port))].join(' ') || 'no port'
  return [
    `<section>\n<h2>${escaped(release)}: ${starts ? 'starts' : 'does not start as written'}; listens on ${ports}</h2>`,
    table(
      ['', 'where', 'what', 'instead'],
      findings.map(({ severity, place = '', server, message, remedy = '' }) => [
        severity,
        place,
        `${server}: ${message}`,
        remedy,
      ]),
    ),
    ...told.sort((a, b) => rank(a) - rank(b)).map(problem),
    `<h3>Laid over, on a copy</h3>`,
    table(
      ['kind', 'where', 'what', 'without it', 'asked for by'],
      overlays.map(({ kind, path, what, why, from }) => [kind, path, what, why, from]),
    ),
    `<details>\n<summary>${quiet.length} checks that are ok, or do not apply</summary>`,
    table(
      ['check', 'what holds', ''],
      quiet.map(({ id, title, verdict, reason }) => [id, title, verdict === 'ok' ? 'ok' : `does not apply: ${reason}`]),
    ),
    '</details>\n</section>',
  ].join('\n')
}

function problem(checked: Checked): string {
  const {
    id,
    title,
    verdict,
    severity,
    why,
    source,
    expected,
    came,
    reason,
    decidedBy,
    dialogue = [],
    log = [],
  } = checked
  const word = verdict === 'unknown' ? 'could not be told' : severity
  const entries = [
    ['decided by', decidedBy],
    ['expected', expected],
    ['came', came],
    ['reason', reason],
    ['why it matters', `${why} (${source})`],
  ].filter((entry): entry is [string, string] => entry[1] !== undefined)
  const list = entries.map(([key, text]) => `<dt>${key}</dt><dd>${escaped(text)}</dd>`).join('\n')
  const said = [...dialogue, ...log]
  const details =
    said.length === 0
      ? ''
      : `<details>\n<summary>dialogue and log</summary>\n<pre>${escaped(said.join('\n'))}</pre>\n</details>`
  return `<article class="${verdict === 'unknown' ? 'unknown' : severity}">\n<h3>${word}: ${escaped(title)} <small>(${escaped(id)})</small></h3>\n<dl>\n${list}\n</dl>\n${details}\n</article>`
}

function rank({ verdict, severity }: Checked): number {
  return verdict === 'unknown' ? 3 : ['fault', 'risk', 'note'].indexOf(severity)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table>\n<thead>${cells(head, 'th')}</thead>\n<tbody>\n${rows.map((row) => cells(row, 'td')).join('\n')}\n</tbody>\n</table>`
}
