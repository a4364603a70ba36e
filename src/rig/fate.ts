import type { LogEvent } from '../servers/log-event.ts'
import { formatReply, type Reply } from '../session/reply.ts'

/** What has become of a message for one recipient so far. */
export interface Fate {
  /** Undefined where the server names no recipient. */
  recipient?: string
  fate: 'delivered' | 'deferred' | 'held' | 'bounced' | 'expired' | 'discarded' | 'refused' | 'under way'
  reason?: string
}

const FATES: ReadonlySet<string> = new Set(['delivered', 'deferred', 'held', 'bounced', 'expired', 'discarded'])

/** What the log tells of a message's own recipients, in the order they are first named; the last word counts. */
export function fatesIn(events: readonly LogEvent[]): Fate[] {
  const fates = new Map<string, Fate>()
  for (const { event, to, originalTo, reason, reply, removed, untried } of events) {
    const refused = event === 'reject' && removed === true
    if (!FATES.has(event) && !refused) continue
    const why = reason ?? reply
    for (const address of to ?? ['']) {
      const recipient = originalTo ?? address
      if (untried && fates.get(recipient)?.fate === 'deferred') continue
      // Frozen, or on hold: why it was not delivered has been said before.
      const before = event === 'held' ? [...fates.values()].at(-1)?.reason : undefined
      const told = before === undefined ? why : `${why}, after: ${before}`
      fates.set(recipient, {
        ...(recipient === '' ? {} : { recipient }),
        fate: refused ? 'refused' : (event as Fate['fate']),
        ...(told === undefined || event === 'delivered' ? {} : { reason: told }),
      })
    }
  }
  return [...fates.values()]
}

export function refusedBy(reply: Reply, recipient?: string): Fate {
  return { ...(recipient === undefined ? {} : { recipient }), fate: 'refused', reason: formatReply(reply) }
}

/** `<a@b> deferred: 451 4.3.2 later`. */
export function describeFate({ recipient, fate, reason }: Fate): string {
  const who = recipient === undefined ? '' : `<${recipient}> `
  return `${who}${fate}${reason === undefined ? '' : `: ${reason.replaceAll('\n', ' / ')}`}`
}
