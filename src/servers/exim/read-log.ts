import type { LogFact } from '../contract.ts'

/**
 * A message id: 6-6-2 letters and digits up to Exim 4.96, 6-11-4 from 4.97 on (Exim specification §3.4).
 */
export const MESSAGE_ID = '[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{11}-[0-9A-Za-z]{4}|[0-9A-Za-z]{6}-[0-9A-Za-z]{2})'

const LINE = new RegExp(
  `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?: [+-]\\d{4})?(?: \\[\\d+\\])? (${MESSAGE_ID}) (.*)$`,
)
const PARENT = new RegExp(`^<= <> (?:.* )?R=(${MESSAGE_ID})(?: |$)`)

/**
 * What a line of the main log says of a message (Exim specification §53.3 and §53.9). A message made because of
 * another one is told as the other's child: `<= <> R=parent`.
 */
export function readLog(line: string): LogFact | undefined {
  const [, queueId, rest] = line.trimEnd().match(LINE) ?? []
  if (queueId === undefined || rest === undefined) return undefined
  if (rest.startsWith('<= ')) return arrival(queueId, rest)
  if (rest === 'Completed' || / (?:temporarily )?rejected after DATA/.test(rest)) return { queueId, removed: true }
  if (/^(?:== |Frozen|frozen by |Message is frozen)/.test(rest)) return { queueId, deferred: true }
  return { queueId }
}

function arrival(queueId: string, rest: string): LogFact {
  const parent = rest.match(PARENT)?.[1]
  if (parent !== undefined) return { queueId: parent, child: queueId }
  const messageId = rest.match(/ S=\d+(?: .*?)? id=(\S+)/)?.[1]
  return messageId === undefined ? { queueId } : { queueId, messageId }
}
