import { patience } from '../metrics/patience.ts'
import type { QueueEntry } from '../servers/queue.ts'
import { DEFAULT_WAIT_MS, type MessageTracker } from './message-tracker.ts'

interface Listing {
  /** Asks the server once. */
  ask(): Promise<QueueEntry[]>
  tracker: Pick<MessageTracker, 'queued' | 'linesAbout' | 'ended'>
  /** Resolves when all that is logged by now has been read. Absent where nobody can tell. */
  read?: (() => Promise<void>) | undefined
}

/**
 * What a server has in its queue, whole. A server that moves a message from one queue to another while it lists them may
 * leave it out: Postfix's showq(8) reads `active` before `incoming` and `deferred`. So where the log says that a message
 * is there, the server is asked again. It has not got it where it leaves it out twice, and logs nothing of it meanwhile: a
 * message that moves twice is logged.
 */
export async function listQueue({ ask, tracker, read }: Listing): Promise<QueueEntry[]> {
  const found = new Map<string, QueueEntry>()
  const end = performance.now() + patience(DEFAULT_WAIT_MS)
  const lines = () => new Map(tracker.queued().map((queueId) => [queueId, tracker.linesAbout(queueId)]))
  const missing = () => tracker.queued().filter((queueId) => !found.has(queueId))
  let before: Map<string, number> | undefined
  for (;;) {
    const now = lines()
    const last = await ask()
    for (const entry of last) found.set(entry.queueId, entry)
    if (missing().length > 0 && read && tracker.ended === undefined) {
      await read()
      const since = before
      const moves = (queueId: string) => tracker.linesAbout(queueId) > (since?.get(queueId) ?? 0)
      if ((since === undefined || missing().some(moves)) && performance.now() < end) {
        before = now
        continue
      }
    }
    const there = new Set([...last.map(({ queueId }) => queueId), ...tracker.queued()])
    return [...found.values()].filter(({ queueId }) => there.has(queueId))
  }
}
