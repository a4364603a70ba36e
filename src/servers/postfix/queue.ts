import { z } from 'zod'
import { MailrigError } from '../../errors/mailrig-error.ts'
import type { QueueCommands, QueueEntry } from '../queue.ts'

/** One line of `postqueue -j`, postqueue(1) "JSON OBJECT FORMAT". */
const entry = z.object({
  queue_name: z.string(),
  queue_id: z.string(),
  /** Seconds since the epoch. */
  arrival_time: z.number(),
  message_size: z.number(),
  sender: z.string(),
  recipients: z.array(z.object({ address: z.string(), delay_reason: z.string().optional() })),
})

/**
 * Reads `postqueue -j`: one JSON object a line, nothing when the queue is empty.
 *
 * showq(8) reads one directory after the other: a message that qmgr moves meanwhile stands in both. The later line
 * is what has become of it.
 *
 * @throws {MailrigError} where a line is not such an object.
 */
export function parseQueue(stdout: string): QueueEntry[] {
  const lines = stdout.split('\n').filter((line) => line.trim() !== '')
  const entries = new Map(
    lines.map((line) => {
      const found = entryOf(line)
      return [found.queueId, found]
    }),
  )
  return [...entries.values()]
}

function entryOf(line: string): QueueEntry {
  const found = entry.parse(parseJson(line))
  return {
    queueId: found.queue_id,
    sender: found.sender,
    size: found.message_size,
    arrival: found.arrival_time * 1000,
    state: stateOf(found.queue_name),
    recipients: found.recipients.map(({ address, delay_reason }) =>
      delay_reason === undefined ? { address } : { address, reason: delay_reason },
    ),
  }
}

/** maildrop, incoming and active all mean: being worked on. */
function stateOf(queueName: string): QueueEntry['state'] {
  return queueName === 'deferred' || queueName === 'hold' ? queueName : 'active'
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new MailrigError(`expected a JSON object from postqueue -j, got ${JSON.stringify(line.slice(0, 200))}`, {
      code: 'POSTFIX_QUEUE_OUTPUT',
      remedy: 'Is Postfix running? Its log has the reason.',
      cause,
    })
  }
}

/** postsuper(1). It says nothing, and ends with 0, of an id that is not there. */
export const queueCommands: QueueCommands = {
  hold: (queueIds) => ['postsuper', ...queueIds.flatMap((id) => ['-h', id])],
  release: (queueIds) => ['postsuper', ...queueIds.flatMap((id) => ['-H', id])],
  delete: (queueIds) => ['postsuper', ...queueIds.flatMap((id) => ['-d', id])],
}

/**
 * qmgr(8) passes over a message that it is at work on ("skipped, still being delivered"), and comes back to it only when
 * its next time has come: where one recipient was put off and another is not done yet, a flush would be lost. So this
 * waits for the end of what is under way, 50 times 20 ms at most. No line of the log tells of it.
 */
export const FLUSH = [
  'sh',
  '-c',
  `for try in $(seq 50); do postqueue -j | grep -q '"queue_name": "active"' || break; sleep 0.02; done; postqueue -f`,
]
