import { InputError } from '../errors/mailrig-error.ts'
import type { Place } from './place.ts'

/** One wrong place, and what is wrong with it. */
export interface SessionFileProblem {
  place: Place
  message: string
}

const SHOWN = 120

/** A session file that cannot be read. `problems` has every place found; nothing was started. */
export class SessionFileError extends InputError {
  readonly file: string
  readonly problems: readonly SessionFileProblem[]

  constructor(file: string, source: string, problems: readonly SessionFileProblem[], remedy?: string) {
    const lines = source.split('\n')
    super(
      problems
        .map(({ place, message }) => `${file}:${place.line}:${place.column}: ${message}${frame(lines, place)}`)
        .join('\n'),
      {
        code: 'SESSION_FILE',
        remedy: remedy ?? 'Correct the places named above; nothing was started. docs/session-files.md has the grammar.',
      },
    )
    this.file = file
    this.problems = problems
  }
}

/** The line, and a mark below the column. */
function frame(lines: readonly string[], { line, column }: Place): string {
  const text = lines[line - 1]?.replace(/\r$/, '')
  if (text === undefined || text === '' || column > SHOWN) return ''
  const gutter = String(line)
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  // Tabs stay tabs, so that the mark stands below its character however wide they are.
  const indent = shown.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return `\n  ${gutter} | ${shown}\n  ${' '.repeat(gutter.length)} | ${indent}^`
}
