import type { MtaAdapter } from '../mta-adapter.ts'
import { durability } from './durability.ts'
import { supports } from './features.ts'
import { mutation } from './mutation.ts'
import { native } from './native.ts'
import { parseQueue, QUEUE_COMMAND, queueCommands } from './queue.ts'
import { readLog } from './read-log.ts'
import { reload } from './reload.ts'
import { render } from './render.ts'
import { unlogged } from './unlogged.ts'
import { parseVersion, VERSION_COMMAND } from './version.ts'

/**
 * A queue run ends with what became of the mail, in codes of sysexits.h: EX_DATAERR, EX_NOUSER, EX_NOHOST,
 * EX_UNAVAILABLE, EX_TEMPFAIL. The run was one all the same.
 */
const QUEUE_RUN = '/usr/sbin/sendmail -qf; code=$?; case $code in 65|67|68|69|75) exit 0;; esac; exit $code'

/** sendmail as Debian packages it. */
export const sendmail: MtaAdapter = {
  name: 'sendmail',
  title: 'sendmail',
  native,
  mutation,
  supports,
  render,
  queueIdOf: ({ code, text }) =>
    code === 250 ? /^(?:2\.0\.0 )?(\S+) Message accepted for delivery/m.exec(text)?.[1] : undefined,
  readLog,
  unlogged,
  queue: { command: QUEUE_COMMAND, parse: (stdout) => parseQueue(stdout), ...queueCommands },
  // In the foreground, so that the command ends when the queue run has.
  flush: ['sh', '-c', QUEUE_RUN],
  compileTables: ['/usr/local/lib/mailrig/compile-tables.sh'],
  durability,
  reload,
  version: { command: VERSION_COMMAND, parse: parseVersion },
}
