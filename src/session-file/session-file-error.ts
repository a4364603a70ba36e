import { InputError } from '../errors/mailrig-error.ts'
import { formatProblems, type PlacedProblem } from '../yaml/place.ts'

/** A session file that cannot be read. `problems` has every place found; nothing was started. */
export class SessionFileError extends InputError {
  readonly file: string
  readonly problems: readonly PlacedProblem[]

  constructor(file: string, source: string, problems: readonly PlacedProblem[], remedy?: string) {
    super(formatProblems(file, source, problems), {
      code: 'SESSION_FILE',
      remedy: remedy ?? 'Correct the places named above; nothing was started. docs/session-files.md has the grammar.',
    })
    this.file = file
    this.problems = problems
  }
}
