import { epochNow } from '../metrics/clock.ts'
import type { Trust } from '../rig/trust.ts'
import { sendThroughConnections } from './connections.ts'
import type { LoadPlan } from './load-plan-data.ts'
import type { LoadHand } from './load-session.ts'
import { MessageSource } from './message-source.ts'

/** What happens to a message while it is sent. Times are ms since the epoch. */
export type SenderEvent =
  | { what: 'begun'; number: number; at: number }
  /** `since`: when the server had nothing else of its session to do. `reply`: code and text of the reply to the final dot. `taken`: for each recipient, whether RCPT was answered 2xx. */
  | {
      what: 'accepted'
      number: number
      at: number
      since: number
      taken: boolean[]
      reply: { code: number; text: string }
    }
  | { what: 'refused'; number: number; at: number; why: string }
  | { what: 'unknown'; number: number; why: string }
  /** A connection ended before its time. */
  | { what: 'failed'; why: string }

export interface SenderJob {
  plan: LoadPlan
  /** Of the server's certificate. */
  trust: Trust
  /** As {@link sendThroughConnections} takes it. */
  away?: () => Promise<void> | undefined
}

/**
 * Sends the messages of a load, until there are no more, the time is over, or the signal comes.
 *
 * @throws {MailrigError} LOAD_NOBODY_IN, {InputError} LOAD_NOT_OFFERED
 */
export async function sendLoad(
  { plan, trust, away }: SenderJob,
  tell: (event: SenderEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = new MessageSource(plan)
  const began = epochNow()
  let next = 0
  const over = () => plan.seconds !== undefined && epochNow() - began >= plan.seconds * 1000
  const more = () => (plan.messages === undefined || next < plan.messages) && !over()
  const hand: LoadHand = {
    next() {
      if (!more() || signal.aborted) return undefined
      const message = source.message(next)
      next += 1
      tell({ what: 'begun', number: message.number, at: epochNow() })
      return message
    },
    accepted({ number }, taken, { code, lines }, since) {
      tell({
        what: 'accepted',
        number,
        at: epochNow(),
        since,
        taken: [...taken],
        reply: { code, text: lines.join('\n') },
      })
    },
    refused: ({ number }, why) => tell({ what: 'refused', number, at: epochNow(), why }),
    unknown: ({ number }, why) => tell({ what: 'unknown', number, why }),
  }
  await sendThroughConnections({
    plan,
    hand,
    trust,
    more,
    failed: (why) => tell({ what: 'failed', why }),
    signal,
    ...(away ? { away } : {}),
  })
}
