import type { MtaAdapter } from '../mta-adapter.ts'
import { adoption } from './adoption.ts'
import { asPackaged } from './as-packaged.ts'
import { supports } from './features.ts'
import { memory } from './memory.ts'
import { mutation } from './mutation.ts'
import { native } from './native.ts'
import { parseQueue, QUEUE_COMMAND, queueCommands } from './queue.ts'
import { readLog } from './read-log.ts'
import { reload } from './reload.ts'
import { render } from './render.ts'
import { unlogged } from './unlogged.ts'

/** OpenSMTPD as Debian packages it: 6.8 up to bookworm, 7.6 in trixie. */
export const opensmtpd: MtaAdapter = {
  name: 'opensmtpd',
  title: 'OpenSMTPD',
  native,
  adoption,
  supports,
  render,
  queueIdOf: ({ code, text }) =>
    code === 250 ? /^(?:2\.0\.0 )?([0-9a-f]{8}):? Message accepted for delivery/m.exec(text)?.[1] : undefined,
  readLog,
  unlogged,
  queue: { command: QUEUE_COMMAND, parse: parseQueue, ...queueCommands },
  flush: ['sh', '/usr/local/lib/mailrig/retry.sh'],
  asPackaged,
  memory,
  mutation,
  reload,
  version: {
    // It has no option for that: -h tells it beside the usage, and ends with 1.
    command: ['sh', '-c', 'smtpd -h 2>&1 || :'],
    parse: (stdout) => /version: OpenSMTPD (\S+)/.exec(stdout)?.[1] ?? 'unknown',
  },
}
