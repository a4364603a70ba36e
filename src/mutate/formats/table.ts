import { type Change, exchanged } from '../change.ts'
import { logicalLines } from './logical-lines.ts'

interface Row {
  key: string
  /** Between key and value, as it stands there. */
  gap: string
  value: string
  line: number
  count: number
}

/** A lookup table: a row is dropped, or two rows that follow each other lead where the other led. */
export function tableChanges(text: string): Change[] {
  const rows = rowsIn(text)
  return [...rows.map(dropped), ...neighbours(rows).flatMap(([first, second]) => swappedTargets(first, second))]
}

const OPPOSITE: readonly (readonly [RegExp, string])[] = [
  [/^(?:OK|PERMIT|RELAY)\b.*$/i, 'REJECT'],
  [/^(?:REJECT|DISCARD|DEFER|ERROR:|[45]\d\d)(?:\b.*)?$/i, 'OK'],
]

/** An access table: a row is dropped, says the opposite, or, where the first that fits counts, comes before the last. */
export function accessTableChanges(text: string): Change[] {
  const rows = rowsIn(text)
  const lines = text.split('\n')
  const ordered = rows.some(({ key }) => /^\/|\/\d{1,3}$/.test(key))
  const said = rows.flatMap(({ key, gap, value, line, count }): Change[] => {
    const other = OPPOSITE.find(([pattern]) => pattern.test(value))?.[1]
    if (other === undefined) return []
    return [
      {
        line,
        count,
        lines: [`${key}${gap}${other}`],
        block: '',
        operator: 'opposite',
        what: `${key} says ${other}, not ${value}`,
      },
    ]
  })
  const swapped = !ordered
    ? []
    : neighbours(rows).flatMap(([first, second]): Change[] =>
        first.value === second.value
          ? []
          : [
              {
                ...exchanged(lines, first, second),
                block: '',
                operator: 'swap',
                what: `${second.key} comes before ${first.key}`,
              },
            ],
      )
  return [...rows.map(dropped), ...said, ...swapped]
}

function dropped({ key, line, count }: Row): Change {
  return { line, count, lines: [], block: '', operator: 'drop-row', what: `the row of ${key} is dropped` }
}

function swappedTargets(first: Row, second: Row): Change[] {
  if (first.value === second.value) return []
  return [
    {
      line: first.line,
      count: second.line + second.count - first.line,
      lines: [`${first.key}${first.gap}${second.value}`, `${second.key}${second.gap}${first.value}`],
      block: '',
      operator: 'swap-targets',
      what: `${first.key} and ${second.key} lead where the other led`,
    },
  ]
}

function neighbours(rows: readonly Row[]): [Row, Row][] {
  return rows.slice(1).flatMap((second, index): [Row, Row][] => {
    const first = rows[index]
    // What stands between them, such as a comment, would be lost.
    return first && first.line + first.count === second.line ? [[first, second]] : []
  })
}

function rowsIn(text: string): Row[] {
  return logicalLines(text).flatMap(({ text: said, line, count }): Row[] => {
    const [, key, gap = '', value = ''] = /^("[^"]*"|[^\s]+?)(:?\s+|:(?=\S)|:?$)(.*)$/.exec(keyed(said)) ?? []
    return key === undefined ? [] : [{ key: key.replaceAll('\u0000', ':'), gap, value, line, count }]
  })
}

/** A colon within the key, as of `Connect:192.0.2.1` or an IPv6 address, ends no key: only one before white space does. */
function keyed(line: string): string {
  const key = /^\S*/.exec(line)?.[0] ?? ''
  if (key === '' || key.length === line.length) return line
  return key.slice(0, -1).replaceAll(':', '\u0000') + line.slice(key.length - 1)
}
