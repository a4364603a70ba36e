import { MailrigError } from '../errors/mailrig-error.ts'
import type { Trust } from '../rig/trust.ts'
import type { LoadPlan } from './load-plan-data.ts'
import { type LoadHand, LoadSession, type LoadSessionEnd } from './load-session.ts'

/** How often in a row every connection may fail before a message was begun. */
const FUTILE_ROUNDS = 3

interface Parts {
  plan: LoadPlan
  hand: LoadHand
  trust: Trust
  /** Is there another message to begin? */
  more(): boolean
  /** Resolves when the server is there; undefined where nothing is known of its being away. */
  away?: () => Promise<void> | undefined
  /** A session ended before its messages did. */
  failed(why: string): void
  /** Ends the sending: sessions finish the message under way. */
  signal: AbortSignal
}

/**
 * Keeps so many sessions open side by side until there is no message more. Who is not let in waits until another session
 * ends; where there is none, tries again.
 *
 * @throws {MailrigError} LOAD_NOBODY_IN where nobody gets in; {InputError} LOAD_NOT_OFFERED
 */
export async function sendThroughConnections(parts: Parts): Promise<void> {
  const { plan, hand, trust, more, failed, signal, away } = parts
  const open = new Set<LoadSession>()
  const leave = () => {
    for (const session of open) session.leave()
  }
  signal.addEventListener('abort', leave)
  let futile = 0
  let freed = Promise.withResolvers<void>()
  const slot = async () => {
    while (more() && !signal.aborted) {
      const back = away?.()
      if (back) {
        await back
        futile = 0
        continue
      }
      const session = new LoadSession(plan, hand, trust)
      open.add(session)
      let end: LoadSessionEnd
      try {
        end = await session.ended
      } finally {
        open.delete(session)
        freed.resolve()
        freed = Promise.withResolvers()
      }
      if (end.why !== undefined) failed(end.why)
      if (end.begun > 0) futile = 0
      else if (end.why !== undefined) {
        futile += 1
        if (futile > FUTILE_ROUNDS * plan.connections) throw nobodyIn(plan, end.why)
        if (open.size > 0) await freed.promise
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: plan.connections }, slot))
  } finally {
    signal.removeEventListener('abort', leave)
    for (const session of open) session.break()
  }
}

function nobodyIn({ endpoint: { host, port } }: LoadPlan, why: string): MailrigError {
  return new MailrigError(`the server at ${host}:${port} let nobody in: ${why}`, {
    code: 'LOAD_NOBODY_IN',
    remedy: 'Look at its log. Fewer connections may be all it takes.',
  })
}
