/** A place in a text file. Both count from 1; a column counts UTF-16 code units, as editors do. */
export interface Place {
  line: number
  column: number
}

/** One wrong place, and what is wrong with it. */
export interface PlacedProblem {
  place: Place
  message: string
}

const SHOWN = 120

/** `file:line:column: message` for each problem, each with its line and a mark below the column. */
export function formatProblems(file: string, source: string, problems: readonly PlacedProblem[]): string {
  const lines = source.split('\n')
  return problems
    .map(({ place, message }) => `${file}:${place.line}:${place.column}: ${message}${frame(lines, place)}`)
    .join('\n')
}

function frame(lines: readonly string[], { line, column }: Place): string {
  const text = lines[line - 1]?.replace(/\r$/, '')
  if (text === undefined || text === '' || column > SHOWN) return ''
  const gutter = String(line)
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  // Tabs stay tabs, so that the mark stands below its character however wide they are.
  const indent = shown.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return `\n  ${gutter} | ${shown}\n  ${' '.repeat(gutter.length)} | ${indent}^`
}
