import { InputError } from '../errors/mailrig-error.ts'

/** A server says in its log that it will not serve as it is configured, and runs on all the same. */
export class ServerRefusesError extends InputError {
  /** What it said. */
  readonly line: string

  constructor(name: string, line: string, lastLines: readonly string[]) {
    const log = lastLines.map((text) => `  ${text}`).join('\n')
    super(`${name} does not serve: ${line}\nits last log lines:\n${log}`, {
      code: 'SERVER_REFUSES',
      remedy: 'Correct what the log names: the server runs, and refuses every client with its configuration.',
    })
    this.line = line
  }
}
