import type { LogFact } from '../contract.ts'

/** Eight characters of time and sequence, then the process number in six digits or more. */
const QUEUE_ID = '[0-9A-Za-z]{8}\\d{6,}'
const LINE = new RegExp(`(?:sm-mta|sendmail|sm-msp)\\[\\d+\\]: (${QUEUE_ID}): (.*)$`)
/** A message made because of this one: a bounce, a receipt, a warning, a copy in the name of a list's owner. */
const CHILD = new RegExp(`^(${QUEUE_ID}): (.*)$`)
/** The submission program handing a message to the daemon of the same host. */
const HANDED_OVER = new RegExp(`relay=\\[127\\.0\\.0\\.1\\].*stat=Sent \\((${QUEUE_ID}) Message accepted`)

/**
 * Reads a line that sendmail writes at log level 10 or higher.
 *
 * Every connection is given a queue id, so only lines of messages taken in are facts: `from=` with a Message-ID, which
 * sendmail adds where it is missing, and what follows it.
 *
 * @see Sendmail Installation and Operation Guide, "System Log"
 */
export function readLog(line: string): LogFact | undefined {
  const [, queueId, text] = LINE.exec(line) ?? []
  if (queueId === undefined || text === undefined) return undefined

  const [, child, why] = CHILD.exec(text) ?? []
  if (child !== undefined) {
    // What is left of a message whose recipients all went into such copies ends without a line of its own.
    return why?.startsWith('clone: ') ? { queueId, child, removed: true } : { queueId, child }
  }
  if (text.startsWith('done; ')) return { queueId, removed: true }
  if (text.startsWith('from=')) {
    const messageId = /, msgid=<?([^>,]*)>?/.exec(text)?.[1]
    return messageId === undefined ? undefined : { queueId, messageId }
  }
  if (!text.startsWith('to=')) return undefined

  // No mailer has seen it: refused at the end of DATA, discarded, or given up by the client.
  if (!text.includes(', mailer=')) return { queueId, removed: true }
  if (/, stat=(?:Deferred|queued)\b/.test(text)) return { queueId, deferred: true }
  const handedOver = HANDED_OVER.exec(text)?.[1]
  return handedOver === undefined ? { queueId } : { queueId, child: handedOver }
}
