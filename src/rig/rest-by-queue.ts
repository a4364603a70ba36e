import { WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import type { QueueEntry } from '../servers/queue.ts'

/** How long a server may take with what it was handed, ms of an idle machine. */
const REST_MS = 60_000

interface Asked {
  name: string
  queue: { list(): Promise<QueueEntry[]> }
}

interface Goal {
  /** Queue ids that have to leave the queue, too. Default: what was put off may stay. */
  gone?: () => readonly string[]
  /** Taken literally. Default: a minute of an idle machine. */
  timeoutMs?: number | undefined
}

/**
 * Resolves when nothing in the queue of an MTA is under way: what is there was put off. For hosts whose programs nobody
 * here sees. What comes of a message is in the queue before the message leaves it: who takes it over answers when the
 * new one is stored (RFC 5321 §6.1), and bounces are queued first. It does not see what a program sends later of its own.
 *
 * @throws {WaitError} naming what is still under way.
 */
export async function restByQueue(mta: Asked, { gone = () => [], timeoutMs }: Goal = {}): Promise<void> {
  const began = performance.now()
  for (;;) {
    // Each question is a command in the container, which takes longer than any pause would.
    const listed = await mta.queue.list()
    const wanted = new Set(gone())
    const left = listed.filter(({ state, queueId }) => state === 'active' || wanted.has(queueId))
    if (left.length === 0) return
    const waited = performance.now() - began
    if (waited > (timeoutMs ?? patience(REST_MS))) {
      throw new WaitError(
        `waited ${Math.round(waited)} ms for ${mta.name} to be done with ${left.map(({ queueId }) => queueId).join(', ')}`,
      )
    }
  }
}
