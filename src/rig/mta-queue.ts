import { setTimeout } from 'node:timers/promises'
import { InputError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import type { ExecResult } from '../servers/operation.ts'
import type { QueueEntry } from '../servers/queue.ts'
import type { MtaServer } from '../servers/server.ts'
import type { EventPattern } from './event-match.ts'
import { listQueue } from './list-queue.ts'
import { DEFAULT_WAIT_MS, type LoggedEvent, type MessageTracker } from './message-tracker.ts'
import type { Traceable } from './traceable.ts'
import { has, notDescribed } from './unsupported.ts'

/** The queue of a rig's MTA, as an administrator has it. Called, it lists. */
export interface MtaQueue {
  /** What waits now. Costs a command in the container, as all that follows here; the waits cost none while they wait. */
  (): Promise<QueueEntry[]>
  list(): Promise<QueueEntry[]>
  /** Makes the daemon try everything now. */
  flush(): Promise<void>
  /** Puts a message aside: it is not tried until released. */
  hold(message: Traceable): Promise<void>
  release(message: Traceable): Promise<void>
  /** Throws a message away; nobody is told. */
  delete(message: Traceable): Promise<void>
  /** The first deferral of the message, logged already or to come. @throws {WaitError} */
  deferred(message: Traceable, timeoutMs?: number): Promise<LoggedEvent>
  /** Resolves when nothing is queued. @throws {WaitError} naming what is, and why. */
  empty(timeoutMs?: number): Promise<void>
}

interface Parts {
  server: Pick<MtaServer, 'queue' | 'flush' | 'name'>
  tracker: MessageTracker
  run(command: string[]): Promise<ExecResult>
  /** Resolves when all that is logged by now has been read. Absent where nobody can tell. */
  read?: (() => Promise<void>) | undefined
  queueIdsOf(message: Traceable): string[]
  event(pattern: EventPattern, timeoutMs?: number): Promise<LoggedEvent>
  /** Waits until nothing is pending, and nothing can come any more that would be. */
  settle(pending: () => string[], waitingFor: string, timeoutMs?: number): Promise<void>
}

/** How soon a list that should be empty is asked for again, ms. */
const LOOK_AGAIN_MS = 10

export function mtaQueue({ server, tracker, run, read, queueIdsOf, event, settle }: Parts): MtaQueue {
  const queueOf = (doing: string) => has(server.queue, `${doing} ${server.name}`, notDescribed(server.name))
  const list = async () => {
    const queue = queueOf('list the queue of')
    const ask = async () => queue.parse((await run(queue.command)).stdout)
    const entries = await listQueue({ ask, tracker, read })
    // What is tried again at this very moment is put off all the same: a server that tries each second would else be
    // caught at it now and then.
    const again = ({ state, queueId }: QueueEntry) => state === 'active' && tracker.wasPutOff(queueId)
    return entries.map((entry) => (again(entry) ? { ...entry, state: 'deferred' as const } : entry))
  }
  /** The ids of the message that have not left the queue; some of its copies may have been delivered. */
  const held = (message: Traceable): string[] => {
    const queueIds = tracker.open(queueIdsOf(message))
    if (queueIds.length > 0) return queueIds
    throw new InputError(`the message ${message.messageId ?? ''} is not in the queue of ${server.name}`, {
      code: 'NOT_QUEUED',
      remedy: 'A message that was delivered, bounced or refused is gone; mta.log.linesOf(message) tells which.',
    })
  }
  return Object.assign(list, {
    list,
    flush: async () => {
      await run(has(server.flush, `flush the queue of ${server.name}`, notDescribed(server.name)))
    },
    hold: async (message: Traceable) => {
      await run(queueOf('hold a message in the queue of').hold(held(message)))
    },
    release: async (message: Traceable) => {
      await run(queueOf('release a message in the queue of').release(held(message)))
    },
    delete: async (message: Traceable) => {
      const queueIds = held(message)
      await run(queueOf('delete a message from the queue of').delete(queueIds))
      // Not every server writes that down.
      tracker.forget(queueIds)
    },
    deferred: async (message: Traceable, timeoutMs?: number) => {
      const there = tracker.eventsOf(queueIdsOf(message)).find(({ event }) => event === 'deferred')
      if (there) return there
      const { messageId } = message
      const [queueId] = queueIdsOf(message)
      return event({ event: 'deferred', ...(messageId ? { messageId } : queueId ? { queueId } : {}) }, timeoutMs)
    },
    empty: async (timeoutMs?: number) => {
      await settle(() => tracker.open(tracker.queued()), 'the queue to let go of', timeoutMs)
      // A message may have been there before the log was followed; the server itself knows. It may list one for a moment
      // of which its log has said the last word.
      const end = performance.now() + (timeoutMs ?? patience(DEFAULT_WAIT_MS))
      const listed = async () => (await list()).map(({ queueId }) => queueId)
      for (let queueIds = await listed(); queueIds.length > 0; queueIds = await listed()) {
        await tracker.until(() => tracker.open(queueIds), 'the queue to let go of', timeoutMs)
        if (performance.now() > end) {
          throw tracker.unsettled(queueIds, 'the queue to let go of', `${server.name} lists it still`)
        }
        await setTimeout(LOOK_AGAIN_MS)
      }
    },
  })
}
