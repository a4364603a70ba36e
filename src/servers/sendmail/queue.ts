import type { QueueEntry } from '../contract.ts'

/** `-v` prints addresses in full, which end at 38 characters otherwise; quarantined messages are listed on their own. */
export const QUEUE_COMMAND = ['sh', '-c', '/usr/sbin/sendmail -v -bp && /usr/sbin/sendmail -v -bp -qQ']

const MESSAGE = /^([0-9A-Za-z]{8}\d{6,})([*X?+ -]*) +(\d+) +\d+ [A-Z][a-z]{2} [ \d]\d \d\d:\d\d (.*)$/
const REASON = /^ +(?:[78]BIT|8BITMIME)? +\((.*)\)$/
/** What was said of the recipient in the line before, where it was said of that one. */
const RECIPIENT_REASON = /^\t+ \((.*)\)$/
const RECIPIENT = /^\t+ *(\S.*)$/

/**
 * Reads what `sendmail -v -bp` prints. The size is that of the body, as sendmail keeps the header elsewhere. A reason
 * stands once for the whole message, and below the recipients it was said of.
 *
 * @see mailq(1) of sendmail
 */
export function parseQueue(stdout: string): QueueEntry[] {
  const entries: QueueEntry[] = []
  let reason: string | undefined
  for (const line of stdout.split('\n')) {
    const [, queueId, flags, size, sender] = MESSAGE.exec(line) ?? []
    if (queueId !== undefined) {
      reason = undefined
      // A star: some process has it in hand this moment.
      const state = flags?.includes('*') ? 'active' : 'deferred'
      entries.push({ queueId, sender: address(sender ?? ''), recipients: [], size: Number(size), state })
      continue
    }
    const entry = entries.at(-1)
    if (!entry) continue
    if (/^ +QUARANTINE: /.test(line)) {
      entry.state = 'hold'
      continue
    }
    const own = RECIPIENT_REASON.exec(line)?.[1]
    if (own !== undefined) {
      const recipient = entry.recipients.at(-1)
      if (recipient) recipient.reason = own
      continue
    }
    reason = REASON.exec(line)?.[1] ?? reason
    const recipient = line.includes('Total requests: ') ? undefined : RECIPIENT.exec(line)?.[1]
    if (recipient === undefined || line.startsWith('\t\t/')) continue
    entry.recipients.push({ address: address(recipient), ...(reason === undefined ? {} : { reason }) })
  }
  return entries
}

/** Without angle brackets; the null sender, which a bounce shows as its own name, is the empty string. */
function address(shown: string): string {
  const plain = shown.trim().replace(/^<(.*)>$/, '$1')
  return plain === 'MAILER-DAEMON' ? '' : plain
}
