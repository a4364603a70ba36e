import { errColours as pc } from './colours.ts'
import { hostError } from './host-error.ts'
import { EXIT, MailrigError } from './mailrig-error.ts'

/**
 * Prints an error the way a user can act on it, to stderr, and returns the exit code it asks for.
 *
 * Only an error nobody foresaw shows its stack: that is a bug of mailrig's.
 */
export function reportError(error: unknown): number {
  const known = error instanceof MailrigError ? error : hostError(error)
  if (known) {
    process.stderr.write(`${pc.red('error')} ${known.message}\n`)
    if (known.remedy) process.stderr.write(`${pc.cyan('to do')} ${known.remedy}\n`)
    return known.exitCode
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${pc.red('error')} mailrig met something it did not expect; please report this:\n${detail}\n`)
  return EXIT.failed
}
