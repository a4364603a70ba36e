import type { QueueCommands, QueueEntry } from '../queue.ts'

/** `-v` prints addresses in full, which end at 38 characters otherwise; quarantined messages are listed on their own. */
export const QUEUE_COMMAND = ['sh', '-c', '/usr/sbin/sendmail -v -bp && /usr/sbin/sendmail -v -bp -qQ']

const MESSAGE = /^([0-9A-Za-z]{8}\d{6,})([*X?+ -]*) +(\d+) +\d+ ([A-Z][a-z]{2} [ \d]\d \d\d:\d\d) (.*)$/
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
export function parseQueue(stdout: string, now = new Date()): QueueEntry[] {
  const entries: QueueEntry[] = []
  let reason: string | undefined
  for (const line of stdout.split('\n')) {
    const [, queueId, flags, size, arrived = '', sender] = MESSAGE.exec(line) ?? []
    if (queueId !== undefined) {
      reason = undefined
      // A star: some process has it in hand this moment.
      const state = flags?.includes('*') ? 'active' : 'deferred'
      const arrival = timeOf(arrived, now)
      entries.push({ queueId, sender: address(sender ?? ''), recipients: [], size: Number(size), arrival, state })
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

/** `Nov 22 11:19`, without a year: the latest that is not to come. A container has no time zone of its own. */
function timeOf(text: string, now: Date): number {
  const inYear = (year: number) => Date.parse(`${text} ${year} UTC`)
  const thisYear = inYear(now.getUTCFullYear())
  return thisYear > now.getTime() + 86_400_000 ? inYear(now.getUTCFullYear() - 1) : thisYear
}

/** The flag for whom a queue file belongs to: `qf` is queued, `hf` quarantined (sendmail Operation Guide, 2.3.1). */
const SPOOL = '/var/spool/mqueue'

/**
 * Quarantine, which sendmail has for hold, and its end: `-Q` on a queue run of these ids (sendmail(8)). A run passes over
 * a message that another process has in hand, and over nothing said, so the file's name tells whether it was done. To
 * delete a message there is no command: its files are removed, once no process has them in hand.
 */
export const queueCommands: QueueCommands = {
  hold: (queueIds) => untilDone('/usr/sbin/sendmail -Qheld "-qI$id"', '[ -e hf$id ]', queueIds),
  release: (queueIds) => untilDone('/usr/sbin/sendmail -Q -qQ "-qI$id"', '[ ! -e hf$id ]', queueIds),
  delete: (queueIds) => untilDone('flock -n [qh]f$id rm -f ?f$id', '[ -z "$(ls | grep "f$id$")" ]', queueIds),
}

function untilDone(command: string, test: string, queueIds: readonly string[]): string[] {
  const script = `cd ${SPOOL}
for id; do
  tries=0
  until ${test}; do
    tries=$((tries + 1))
    [ $tries -le 250 ] || { echo "$id stays in the hands of another process" >&2; exit 1; }
    ${command} > /dev/null || true
    ${test} || sleep 0.02
  done
done`
  return ['sh', '-c', script, 'sh', ...queueIds]
}
