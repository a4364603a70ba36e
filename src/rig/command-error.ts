import { MailrigError } from '../errors/mailrig-error.ts'
import type { ExecResult } from '../servers/operation.ts'

/** A command in the server's container ended with another code than 0. */
export class CommandError extends MailrigError {
  readonly result: ExecResult

  constructor(command: readonly string[], server: string, result: ExecResult) {
    const output = [result.stderr, result.stdout].map((text) => text.trim()).filter(Boolean)
    super([`\`${command.join(' ')}\` on ${server} ended with ${result.exitCode}`, ...output].join('\n'), {
      code: 'COMMAND_FAILED',
    })
    this.result = result
  }
}
