import type { AsPackaged } from '../mta-adapter.ts'
import type { QueueEntry } from '../queue.ts'
import { parseQueue, queueCommands } from './queue.ts'

/**
 * OpenSMTPD without the programs of mailrig's image. Its log names no queue id for a bounce and none for what sendmail(8)
 * hands it, so the queue alone tells when nothing is under way. See smtpctl(8).
 */
export const asPackaged: AsPackaged = {
  queue: { command: ['smtpctl', 'show', 'queue'], parse: parseWithBounces, ...queueCommands },
  flush: ['smtpctl', 'schedule', 'all'],
}

/** A bounce that was not tried yet is a message on its way, too. */
function parseWithBounces(stdout: string): QueueEntry[] {
  const bounces = stdout.split('\n').flatMap((line): QueueEntry[] => {
    const [id = '', , kind, , , , recipient = '', arrived, , , tries] = line.split('|')
    if (kind !== 'bounce' || !/^[0-9a-f]{16}$/.test(id)) return []
    const state = tries === '0' ? 'active' : 'deferred'
    return [{ queueId: id, sender: '', recipients: [{ address: recipient }], arrival: Number(arrived) * 1000, state }]
  })
  return [...parseQueue(stdout), ...bounces]
}
