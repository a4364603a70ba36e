import { WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { DEFAULT_WAIT_MS, type MessageTracker } from './message-tracker.ts'

/** What is needed of a running MTA to know that it has done with messages. */
export interface Settling {
  tracker: MessageTracker
  /** Resolves when nothing is under way that the log does not show, and the log is read. @throws {WaitError} */
  quiet(timeoutMs: number): Promise<void>
  /** Resolves when all that is logged by now has been read. @throws {WaitError} */
  read(timeoutMs: number): Promise<void>
  /** The queue ids that the server itself names. Costs a command in the container. */
  listed(): Promise<readonly string[]>
}

interface Goal {
  /** The queue ids that are still waited for. */
  pending: () => string[]
  /** What they are waited for to do, e.g. `the queue to let go of`. */
  waitingFor: string
  timeoutMs?: number | undefined
}

/** How often an idle machine's time may pass where one part of the wait leads to another: mail that makes mail. */
const MOST_PARTS = 6

/** How long the log may say nothing of a message that is being taken in, before the server is asked whether it has it, ms. */
const SILENT_MS = 20

/**
 * Resolves when nothing is pending and nothing can come any more that would be: the log says so, no program runs that a
 * delivery has started, nothing lies where the server has still to fetch it, and after that the log says so still.
 *
 * @throws {WaitError} after `timeoutMs` (default 10 000), naming what is queued and why, or what still runs.
 */
export async function settle(
  { tracker, quiet, read, listed }: Settling,
  { pending, waitingFor, timeoutMs }: Goal,
): Promise<void> {
  // What somebody asked for is taken literally, for the whole; else each part has the time that an idle machine gives.
  const end = performance.now() + (timeoutMs ?? patience(MOST_PARTS * DEFAULT_WAIT_MS))
  const left = () => {
    const ms = Math.max(1, end - performance.now())
    return timeoutMs === undefined ? Math.min(ms, patience(DEFAULT_WAIT_MS)) : ms
  }
  const unqueued = () => tracker.unqueued(pending())
  let silent = SILENT_MS
  for (;;) {
    const held = () => {
      const without = new Set(unqueued())
      return pending().filter((queueId) => !without.has(queueId))
    }
    await tracker.until(held, waitingFor, timeoutMs === undefined ? undefined : left(), timeoutMs)
    if (unqueued().length > 0) {
      const spoke = await resolves(tracker.until(unqueued, 'the log to tell of', Math.min(silent, left())))
      if (!spoke) {
        silent *= 2
        // Its client broke off, or the server threw it away: not every server writes that down.
        tracker.forget(await neitherLoggedNorListed(unqueued, { read, listed }, left))
        if (unqueued().length > 0 && performance.now() >= end) {
          throw tracker.unsettled(unqueued(), waitingFor, 'the time is over')
        }
      }
      continue
    }
    const gone = tracker.justLeft
    await quiet(left())
    tracker.nothingMoreOf(gone)
    if (pending().length === 0) return
    if (performance.now() >= end) throw tracker.unsettled(pending(), waitingFor, 'there was always more')
  }
}

/**
 * Those of the messages of which the log does not say that they were queued, and which the server does not list. It is
 * asked twice: a message that goes from one queue to another meanwhile may be in neither (Postfix's showq(8) looks into
 * `active` before `incoming`), but its log tells of that soon after.
 */
async function neitherLoggedNorListed(
  unqueued: () => string[],
  { read, listed }: Pick<Settling, 'read' | 'listed'>,
  left: () => number,
): Promise<string[]> {
  for (let look = 0; look < 2; look += 1) {
    await read(left())
    if (unqueued().length === 0) return []
    const there = new Set(await listed())
    if (unqueued().some((queueId) => there.has(queueId))) return []
  }
  await read(left())
  return unqueued()
}

async function resolves(wait: Promise<void>): Promise<boolean> {
  try {
    await wait
    return true
  } catch (error) {
    if (error instanceof WaitError) return false
    throw error
  }
}
