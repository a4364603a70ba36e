import type { Step } from './step.ts'

/** One column: a server and what it did. */
export interface TableColumn {
  /** E.g. `postfix`, and `bookworm 3.7.11`. */
  title: readonly [string, string]
  steps: readonly Step[]
  /** Instead of steps: why it was not played there. */
  reason?: string
}

export interface TableOptions {
  /** Of the terminal. Default 160. */
  width?: number
  /** Puts a mark around a cell that differs; for colours. */
  mark?: (cell: string) => string
}

interface Row {
  line: number
  label: string
  cells: (Step | undefined)[]
}

const SIGNS = { pass: ' ', fail: '✗', observed: '?', skipped: '·' } as const
const LEGEND = {
  '≠': 'not what most servers say',
  '✗': 'not what the file expects',
  '?': 'recorded, not judged',
  '·': 'not played',
}
const NARROWEST = 11
/** Of `≠✗ `, which begins a cell. */
const SIGN_WIDTH = 3

/**
 * Servers beside each other: a row for each step, a column for each server. A cell differs, and begins with `≠`, when
 * it is not what most servers say, by reply code, enhanced status code and verdict; words always differ. What was not
 * played, or is not for a server, is not compared.
 */
export function playTable(
  columns: readonly TableColumn[],
  { width = 160, mark = (cell) => cell }: TableOptions = {},
): string {
  const played = columns.filter(({ reason }) => reason === undefined)
  const rows = rowsOf(played)
  const labelWidth = Math.min(44, Math.max(20, ...rows.map(({ label }) => label.length)))
  const room = Math.floor((width - 5 - labelWidth) / Math.max(1, played.length)) - 3
  const longest = Math.max(0, ...rows.flatMap(({ cells }) => cells.map((cell) => shown(cell).length + SIGN_WIDTH)))
  // Nothing is cut where no terminal says how wide it is.
  const cellWidth = Math.max(NARROWEST, Math.min(Number.isFinite(width) ? 40 : longest, room))
  const line = (cells: readonly string[]) => cells.join(' | ').trimEnd()
  const head = [0, 1].map((index) =>
    line([
      index === 0 ? 'line' : '    ',
      pad(index === 0 ? 'step' : '', labelWidth),
      ...played.map(({ title }) => pad(title[index] ?? '', cellWidth)),
    ]),
  )
  const rule = line(['----', '-'.repeat(labelWidth), ...played.map(() => '-'.repeat(cellWidth))])
  const met = new Set<keyof typeof LEGEND>()
  const body = rows.map((row) => {
    const usual = mostCommon(row.cells.filter(isCompared).map(gist))
    const cells = row.cells.map((step) => {
      const differs = isCompared(step) && gist(step) !== usual
      if (differs) met.add('≠')
      const sign = step ? SIGNS[step.verdict] : ' '
      if (sign !== ' ') met.add(sign)
      const cell = pad(`${differs ? '≠' : ' '}${sign} ${shown(step)}`, cellWidth)
      return differs ? mark(cell) : cell
    })
    return line([String(row.line).padStart(4), pad(row.label, labelWidth), ...cells])
  })
  const legend = Object.entries(LEGEND)
    .flatMap(([sign, means]) => (met.has(sign as keyof typeof LEGEND) ? [`${sign} ${means}`] : []))
    .join('; ')
  const absent = columns.flatMap(({ title, reason }) =>
    reason === undefined ? [] : [`${title.join(' ').trim()}: unsupported: ${reason}`],
  )
  return [...(played.length === 0 ? [] : [...head, rule, ...body]), ...(legend === '' ? [] : [legend]), ...absent].join(
    '\n',
  )
}

/** The steps of all columns by their line, and where a line has several by their order. */
function rowsOf(columns: readonly TableColumn[]): Row[] {
  const rows = new Map<string, Row>()
  for (const [column, { steps }] of columns.entries()) {
    const seen = new Map<number, number>()
    for (const step of steps) {
      const nth = seen.get(step.line) ?? 0
      seen.set(step.line, nth + 1)
      const key = `${step.line}/${nth}`
      const row = rows.get(key) ?? { line: step.line, label: '', cells: columns.map(() => undefined) }
      if (row.label === '') row.label = labelOf(step)
      row.cells[column] = step
      rows.set(key, row)
    }
  }
  return [...rows.values()].sort((a, b) => a.line - b.line)
}

function labelOf({ sent, expected, verdict }: Step): string {
  if (verdict === 'skipped' && sent === '') return ''
  const lines = (sent === '' ? expected : sent).split('\n')
  const more = lines.length > 1 ? ` (+${lines.length - 1})` : ''
  return `${lines[0] ?? ''}${more}`
}

function shown(step: Step | undefined): string {
  if (!step || step.verdict === 'skipped') return ''
  return (step.received || step.why || '').split('\n')[0] ?? ''
}

/** Not where the file has no such step for the server, nor where it was not played. */
function isCompared(step: Step | undefined): step is Step {
  return step !== undefined && step.verdict !== 'skipped'
}

/** What counts in a comparison. What is recorded and not judged is as good as what passes. */
function gist(step: Step): string {
  const reply = /^\d{3}(?:[ -][245]\.\d{1,3}\.\d{1,3}(?= |$))?/.exec(step.received)?.[0].replace('-', ' ')
  return `${step.verdict === 'fail' ? 'fail' : ''} ${reply ?? ''}`
}

/** The value most of them have; the first of those that are as frequent. */
function mostCommon(values: readonly string[]): string {
  let best = { value: '', count: 0 }
  for (const value of values) {
    const count = values.filter((other) => other === value).length
    if (count > best.count) best = { value, count }
  }
  return best.value
}

function pad(text: string, width: number): string {
  const clean = text.replace(/[\x00-\x1f\x7f]/g, ' ')
  return clean.length > width ? `${clean.slice(0, width - 1)}…` : clean.padEnd(width)
}
