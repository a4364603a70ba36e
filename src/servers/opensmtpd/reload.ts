import { MailrigError } from '../../errors/mailrig-error.ts'
import type { ServerHandle } from '../operation.ts'

/**
 * Starts the daemon anew: it reads its configuration at no other time. The configuration is checked first, because the
 * daemon would end of an error.
 *
 * @throws {MailrigError} `CONFIG_REFUSED` with what smtpd says of the configuration; the old one stays in force.
 */
export async function reload(server: ServerHandle): Promise<void> {
  const started = server.nextLogLine((line) => /smtpd: listening$/.test(line), 'OpenSMTPD to start anew')
  // Awaited below only when the signal was sent.
  started.catch(() => undefined)
  const { exitCode, stdout, stderr } = await server.exec(['sh', '-c', 'smtpd -n && kill -HUP 1'])
  if (exitCode !== 0) {
    throw new MailrigError(
      `expected OpenSMTPD to accept its new configuration, but it says:\n${stderr.trim() || stdout.trim()}`,
      {
        code: 'CONFIG_REFUSED',
        remedy: 'Mend the lines named above; the daemon was not told to reload and runs on with the old configuration.',
      },
    )
  }
  await started
}
