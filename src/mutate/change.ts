/** One change of a text, by whole lines. */
export interface Change {
  /** Where it begins, from 1. */
  line: number
  /** How many lines go. */
  count: number
  /** What comes in their place, without line ends. */
  lines: readonly string[]
  /** What kind of change it is, e.g. `drop-parameter`. */
  operator: string
  /** The block it stands in, e.g. the name of an ACL or a router; empty where there is none. */
  block: string
  /** What differs, for the reader of a report, e.g. `smtpd_helo_required is dropped: back to its default`. */
  what: string
}

/** Makes every change it knows of a text, which lies at a path. Pure. */
export type Operators = (text: string, path?: string) => Change[]

/** The text with one change. */
export function applyChange(text: string, { line, count, lines }: Change): string {
  const all = text.split('\n')
  all.splice(line - 1, count, ...lines)
  return all.join('\n')
}

/** Two stretches of lines, the first before the second, each in the place of the other; what stands between them stays. */
export function exchanged(
  lines: readonly string[],
  first: Pick<Change, 'line' | 'count'>,
  second: Pick<Change, 'line' | 'count'>,
): Pick<Change, 'line' | 'count' | 'lines'> {
  const stretch = ({ line, count }: Pick<Change, 'line' | 'count'>) => lines.slice(line - 1, line - 1 + count)
  const between = lines.slice(first.line - 1 + first.count, second.line - 1)
  return {
    line: first.line,
    count: second.line + second.count - first.line,
    lines: [...stretch(second), ...between, ...stretch(first)],
  }
}
