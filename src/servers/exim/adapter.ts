import type { MtaAdapter } from '../mta-adapter.ts'
import { adoption } from './adoption.ts'
import { durability } from './durability.ts'
import { supports } from './features.ts'
import { memory } from './memory.ts'
import { mutation } from './mutation.ts'
import { native } from './native.ts'
import { queue } from './queue.ts'
import { MESSAGE_ID, readLog } from './read-log.ts'
import { reload } from './reload.ts'
import { render } from './render.ts'
import { unlogged } from './unlogged.ts'

const ACCEPTED = new RegExp(`\\bid=(${MESSAGE_ID})(?![0-9A-Za-z-])`)

/** Exim 4 from Debian's exim4-daemon-heavy. Tables are linear-search files read for each message: nothing to compile. */
export const exim: MtaAdapter = {
  name: 'exim',
  title: 'Exim',
  native,
  adoption,
  supports,
  render,
  queueIdOf: ({ code, text }) => (code === 250 ? text.match(ACCEPTED)?.[1] : undefined),
  readLog,
  unlogged,
  queue,
  flush: ['exim4', '-qff'],
  durability,
  memory,
  mutation,
  reload,
  version: {
    command: ['exim4', '-bV'],
    parse: (stdout) => stdout.match(/^Exim version (\S+)/m)?.[1] ?? 'unknown',
  },
}
