import { MailrigError } from '../../errors/mailrig-error.ts'
import type { ServerHandle } from '../operation.ts'

/**
 * Builds the configuration from sendmail.mc and starts the daemon anew with it.
 *
 * @throws {MailrigError} SENDMAIL_RELOAD with what m4 said, the daemon going on as it was.
 */
export async function reload(server: ServerHandle): Promise<void> {
  const started = server.nextLogLine((line) => line.includes(': started as: '), 'sendmail to have started anew')
  // Whoever waits for it sees it fail; without a restart nobody does.
  started.catch(() => undefined)
  const result = await server.exec(['/usr/local/lib/mailrig/reload.sh'])
  if (result.exitCode !== 0) {
    throw new MailrigError(`sendmail's configuration was not reloaded: ${result.stderr.trim()}`, {
      code: 'SENDMAIL_RELOAD',
      remedy: 'Correct sendmail.mc; cf/README of sendmail says what may stand in it.',
    })
  }
  await started
}
