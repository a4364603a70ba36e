import type { QueueCommands, QueueEntry } from '../queue.ts'
import { PATHS } from './paths.ts'
import { MESSAGE_ID } from './read-log.ts'

/** ` 4m   1.2K 1xV5b4-00000H-0h <sender@client.example> *** frozen ***` */
const HEAD = new RegExp(`^ *\\S+ +\\S+ +(${MESSAGE_ID}) <([^>]*)>(?: \\([^)]*\\))?( \\*\\*\\* frozen \\*\\*\\*)?$`)
/** A line of a message log, behind the name of the file it stands in. */
const LOGGED = new RegExp(`/(${MESSAGE_ID}):(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?) (.*)$`)
/** The first line of each message log; `exim -bp` rounds the size to two digits. */
const RECEIVED = /^Received from .* S=(\d+)\b/
/** `routing failed for joe@example.com: reason` */
const UNROUTED = /^routing failed for (\S+): (.+)$/
/** `joe@example.com <team@example.com> R=router T=transport defer (111): reason`; the recipient stands in brackets. */
const UNDELIVERED = /^(?:.*? <([^<>]+)>|(\S+)) R=\S+(?: T=\S+)?(?: (defer) \(-?\d+\))?:? (.+)$/

/**
 * `exim -bpu` tells who has not got a message yet, but not why: the reasons are in the message logs beside the spool
 * (Exim specification §5.2, -bp, and §53.1), which are printed after it.
 */
export const queue = {
  command: ['sh', '-c', `exim4 -bpu && { grep -rH '' ${PATHS.spool}/msglog || :; }`],
  parse: parseQueue,
  ...commands(),
}

export function parseQueue(stdout: string): QueueEntry[] {
  const entries: QueueEntry[] = []
  for (const line of stdout.split('\n')) {
    const head = line.match(HEAD)
    const logged = line.match(LOGGED)
    if (head) entries.push(entryOf(head))
    else if (logged) addLogged(entries, logged[1] ?? '', logged[2] ?? '', logged[3] ?? '')
    else if (/^ {8,}\S/.test(line)) entries.at(-1)?.recipients.push({ address: line.trim() })
  }
  return entries
}

function entryOf([, queueId = '', sender = '', frozen]: RegExpMatchArray): QueueEntry {
  return { queueId, sender, recipients: [], state: frozen === undefined ? 'active' : 'frozen' }
}

/** Message logs grow at their end, so the last reason stays. */
function addLogged(entries: QueueEntry[], queueId: string, time: string, text: string): void {
  const entry = entries.find((candidate) => candidate.queueId === queueId)
  const [, unrouted, why] = text.match(UNROUTED) ?? []
  const [, bracketed, bare, defer, reason] = text.match(UNDELIVERED) ?? []
  const size = text.match(RECEIVED)?.[1]
  if (entry && size !== undefined) {
    entry.size = Number(size)
    // A container has no time zone of its own.
    entry.arrival = Date.parse(`${time.replace(' ', 'T')}Z`)
  }
  if (entry && defer !== undefined && entry.state === 'active') entry.state = 'deferred'
  const recipient = entry?.recipients.find(({ address }) => address === (unrouted ?? bracketed ?? bare))
  if (recipient) recipient.reason = why ?? reason ?? ''
}

/**
 * -Mf, -Mt, -Mrm (Exim specification §5.2). Each leaves alone a message that a delivery process has in hand, and says
 * that it is locked; it is free again when that try has ended.
 */
function commands(): QueueCommands {
  const untilFree = (option: string) => (queueIds: readonly string[]) => [
    'sh',
    '-c',
    `for _ in $(seq 250); do
  said=$(exim4 ${option} "$@" 2>&1) && case $said in *' is locked'*) ;; *) exit 0 ;; esac
  case $said in *' is locked'*) sleep 0.02 ;; *) echo "$said" >&2; exit 1 ;; esac
done
echo "$said" >&2
exit 1`,
    'exim4',
    ...queueIds,
  ]
  return { hold: untilFree('-Mf'), release: untilFree('-Mt'), delete: untilFree('-Mrm') }
}
