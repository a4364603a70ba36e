import pc from 'picocolors'
import { EXIT, MailrigError } from '../errors/mailrig-error.ts'

/**
 * Prints an error the way a user can act on it, to stderr, and returns the exit code it asks for.
 *
 * Only an error nobody foresaw shows its stack: that is a bug of mailrig's.
 */
export function reportError(error: unknown): number {
  if (error instanceof MailrigError) {
    process.stderr.write(`${pc.red('error')} ${error.message}\n`)
    if (error.remedy) process.stderr.write(`${pc.cyan('to do')} ${error.remedy}\n`)
    return error.exitCode
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${pc.red('error')} mailrig met something it did not expect; please report this:\n${detail}\n`)
  return EXIT.failed
}
