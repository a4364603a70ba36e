import type { MtaAdapter } from '../mta-adapter.ts'
import { adoption } from './adoption.ts'
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

/** sendmail as Debian packages it. */
export const sendmail: MtaAdapter = {
  name: 'sendmail',
  title: 'sendmail',
  native,
  adoption,
  mutation,
  supports,
  asksFilters: ['milter'],
  render,
  queueIdOf: ({ code, text }) =>
    code === 250 ? /^(?:2\.0\.0 )?(\S+) Message accepted for delivery/m.exec(text)?.[1] : undefined,
  readLog,
  unlogged,
  queue: { command: QUEUE_COMMAND, parse: (stdout) => parseQueue(stdout), ...queueCommands },
  // Not in the foreground: a queue run may wait minutes for a file that another one has begun to write.
  flush: ['/usr/sbin/sendmail', '-q'],
  compileTables: ['/usr/local/lib/mailrig/compile-tables.sh'],
  durability,
  reload,
  version: { command: VERSION_COMMAND, parse: parseVersion },
}
