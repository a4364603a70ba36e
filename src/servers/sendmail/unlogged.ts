import type { Unlogged } from '../operation.ts'
import { SYSLOG_SOCKET } from '../syslog.ts'

/**
 * The daemon and its children say in their title what they do: `sendmail: MTA: accepting connections`, or for which
 * message; a queue run that was begun by hand says that. A program that submits has its own command line until it has
 * read the message, which it logs.
 */
const OWN = /^sendmail: (?:MTA: |running queue|(?:\.\/)?[0-9A-Za-z]{8}\d{6,}\b)/

/** The submission program hands its message to the daemon before it ends. */
export function unlogged(): Unlogged {
  return { own: OWN, drops: [], mouths: [SYSLOG_SOCKET] }
}
