import { MailrigError } from '../errors/mailrig-error.ts'
import type { Failure } from './step.ts'

/** A step of a session file did not go as the file says. Its stack is the place in the file. */
export class PlayFailure extends MailrigError {
  /** @param path as people are shown it @param file the same, absolute */
  constructor(path: string, failure: Failure, file: string) {
    super(describeFailure(path, failure), {
      code: 'PLAY_FAILED',
      remedy: 'Compare what the file expects with what came; `S[server]:` says what one server answers instead.',
    })
    const { line, column } = failure.place
    this.stack = `${this.name}: ${this.message}\n    at ${file}:${line}:${column}`
  }
}

/** What was said, what had to come, what came, and where it says so. */
export function describeFailure(path: string, { place, step }: Failure): string {
  const { sent, expected, received, why } = step
  const facts = [
    ['sent', sent],
    ['expected', expected],
    ['received', received],
  ].flatMap(([name = '', text = '']) =>
    text === '' ? [] : text.split('\n').map((line, index) => `  ${(index === 0 ? name : '').padEnd(9)} ${line}`),
  )
  return [`${path}:${place.line}:${place.column}: ${why ?? 'this did not come'}`, ...facts].join('\n')
}
