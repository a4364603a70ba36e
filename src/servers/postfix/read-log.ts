import type { LogFact } from '../contract.ts'

/**
 * `postfix/qmgr[87]: 4fRTlK3Xz2z1N: removed`. The program may carry more names: `postfix/submission/smtpd`.
 * A queue id is long (postconf(5) enable_long_queue_ids: no vowels) or short (hexadecimal).
 */
const LINE =
  /\bpostfix\/(?:[^\s[]+\/)?([\w-]+)\[\d+\]: ([0-9BCDFGHJ-NP-TV-Zbcdfghj-np-tv-z]{12,20}|[0-9A-F]{6,16}): (.*)$/

/** What bounce(8) and local(8) call a message made because of another one. */
const CHILD = /(?:\bnotification: |\(forwarded as )(\w+)/

/** Reads one line of Postfix's log. */
export function readLog(line: string): LogFact | undefined {
  const [, program, queueId, text] = LINE.exec(line) ?? []
  if (program === undefined || queueId === undefined || text === undefined) return undefined
  const fact: LogFact = { queueId }
  const messageId = program === 'cleanup' ? /^message-id=<?([^>]*)>?$/.exec(text)?.[1] : undefined
  if (messageId) fact.messageId = messageId
  const child = CHILD.exec(text)?.[1]
  if (child !== undefined) fact.child = child
  if (text === 'removed') fact.removed = true
  if (/ status=deferred /.test(text)) fact.deferred = true
  return fact
}
