import { MailrigError } from '../../errors/mailrig-error.ts'
import type { ServerHandle } from '../operation.ts'
import { PATHS } from './paths.ts'

/** Files written anew belong to root, and the daemon could read neither its key nor the passwords. */
const GIVE_SECRETS = `for file in ${PATHS.passwords} ${PATHS.key}; do [ ! -f $file ] || chgrp Debian-exim $file; done`

/** Process 1 passes it on to the daemon. */
const SIGHUP = 'kill -HUP 1'

/**
 * Sends the daemon SIGHUP, on which it executes itself anew and reads its configuration (Exim specification §4.1),
 * and resolves when it says that it listens again. The configuration is checked first: the daemon would die of an error.
 *
 * @throws {MailrigError} `CONFIG_REFUSED` with what Exim says of the configuration; the old one stays in force.
 */
export async function reload(server: ServerHandle): Promise<void> {
  const started = server.nextLogLine((line) => / daemon started: pid=/.test(line), 'Exim to start again after SIGHUP')
  // Awaited below only when the signal was sent.
  started.catch(() => undefined)
  const { exitCode, stdout, stderr } = await server.exec(['sh', '-c', `${GIVE_SECRETS} && exim4 -bV && ${SIGHUP}`])
  if (exitCode !== 0) {
    throw new MailrigError(
      `expected Exim to accept its new configuration, but it says:\n${stderr.trim() || stdout.trim()}`,
      {
        code: 'CONFIG_REFUSED',
        remedy: 'Mend the lines named above; the daemon was not told to reload and runs on with the old configuration.',
      },
    )
  }
  await started
}
