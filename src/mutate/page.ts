import { readFile } from 'node:fs/promises'
import { escapeHtml as escaped } from '../report/escape-html.ts'
import type { MutantEntry, MutationDocument, ShownFile } from './document.ts'
import { ranWords, sumLine } from './table.ts'

/** The colours of the run report; the same distance from src/ and from dist/. */
const COLOURS = new URL('../../page/style/1-colours.css', import.meta.url)

const STYLE = `
body { max-width: 80rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.lines { font: 0.85rem/1.5 ui-monospace, monospace; background: var(--raised); overflow-x: auto; padding: 0.5rem 0; }
.lines > * { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 5px solid transparent; padding: 0 0.6rem; }
.lines .number { display: inline-block; width: 3rem; color: var(--faint); user-select: none; }
.noticed { border-left-color: var(--passed) !important; }
.survived { border-left-color: var(--failed) !important; font-weight: 600; }
.equivalent, .refused { border-left-color: var(--unsupported) !important; }
.untried { border-left-color: var(--line) !important; }
summary { cursor: pointer; list-style: none; }
.lines ul { font: 0.9rem/1.5 system-ui, sans-serif; font-weight: 400; margin: 0.2rem 0 0.6rem 3rem; padding: 0 0 0 1rem; white-space: normal; }
.lines pre { margin: 0; font-size: 0.8rem; color: var(--faint); white-space: pre-wrap; }
.key span { border-left: 5px solid; padding: 0 0.8rem 0 0.4rem; }
`

/** What of a line is told where several mutants of it ended in several ways: the worst. */
const WORST: readonly MutantEntry['verdict'][] = ['survived', 'untried', 'noticed', 'equivalent', 'refused']
const WORDS: Readonly<Record<MutantEntry['verdict'], string>> = {
  noticed: 'noticed',
  survived: 'survived',
  equivalent: 'equivalent',
  refused: 'refused',
  untried: 'not tried',
}

/**
 * The configuration as text, each line coloured by what became of its mutants; a click on one tells them. One HTML document
 * that needs nothing else, and runs nothing.
 */
export async function mutationPage(document: MutationDocument): Promise<string> {
  const colours = await readFile(COLOURS, 'utf8')
  const entries = new Map(document.mutants.map((one) => [one.id, one]))
  const title = `mailrig mutate: ${escaped(document.target)}`
  const survivors = document.mutants.filter(({ verdict }) => verdict === 'survived')
  const body = [
    `<h1>${title}</h1>`,
    `<p>${escaped(sumLine(document.target, document.score))}</p>`,
    `<p class="key">${WORST.map((verdict) => `<span class="${verdict}">${WORDS[verdict]}</span>`).join(' ')}</p>`,
    survivors.length === 0
      ? ''
      : `<h2>No ${document.noun} noticed</h2>\n<ul>\n${survivors.map(({ text }) => `<li>${escaped(text)}</li>`).join('\n')}\n</ul>`,
    ...document.files.map((file) => fileSection(file, { entries, noun: document.noun })),
  ]
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>`
  return `<!doctype html>\n<html lang="en">\n<head>${head}\n<style>\n${colours}${STYLE}</style>\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`
}

function fileSection(
  { server, path, text, mutants }: ShownFile,
  { entries, noun }: { entries: ReadonlyMap<string, MutantEntry>; noun: MutationDocument['noun'] },
): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const rows = lines.map((line, index) => {
    const number = index + 1
    const own = mutants.flatMap(({ id, line: from }) => (from === number ? (entries.get(id) ?? []) : []))
    const shown = `<span class="number">${number}</span>${escaped(line) || ' '}`
    if (own.length === 0) return `<div>${shown}</div>`
    const worst = WORST.find((verdict) => own.some((one) => one.verdict === verdict)) ?? 'untried'
    return `<details class="${worst}"><summary>${shown}</summary>\n<ul>\n${own.map((one) => item(one, noun)).join('\n')}\n</ul></details>`
  })
  return `<section>\n<h2>${escaped(server)} ${escaped(path)}</h2>\n<div class="lines">\n${rows.join('\n')}\n</div>\n</section>`
}

function item({ verdict, text, by, because, ran, after }: MutantEntry, noun: MutationDocument['noun']): string {
  const told =
    by === undefined
      ? ran === undefined
        ? escaped(because ?? '')
        : ranWords(ran, noun)
      : `by ${escaped(by)}: ${escaped(because ?? '')}`
  const instead = after === '' ? '' : `<pre>${escaped(after)}</pre>`
  return `<li class="${verdict}"><strong>${WORDS[verdict]}</strong> ${escaped(text)}${told ? `<br>${told}` : ''}${instead}</li>`
}
