import type { QueueCommands, QueueEntry } from '../queue.ts'

/**
 * `smtpctl show queue`: a line for each envelope, which is a recipient. The first eight digits of its id are the message's.
 * It does not tell sizes: those are of the files, `<octets> ./<two digits>/<message>`.
 *
 * @see smtpctl(8) and show_queue_envelope() in smtpctl.c
 */
export const QUEUE_COMMAND = [
  'sh',
  '-c',
  'smtpctl show queue; cd /var/spool/smtpd/queue && find . -name message -printf "%s %h\\n"',
]

export function parseQueue(stdout: string): QueueEntry[] {
  const entries = new Map<string, QueueEntry>()
  for (const line of stdout.split('\n')) {
    const [id = '', , kind, flags = '', sender = '', , recipient = '', arrived, , , tries, , , ...reason] =
      line.split('|')
    const [, octets, message] = /^(\d+) .*\/([0-9a-f]{8})$/.exec(line) ?? []
    const sized = message === undefined ? undefined : entries.get(message)
    if (sized !== undefined) sized.size = Number(octets)
    if (!/^[0-9a-f]{16}$/.test(id) || kind === 'bounce') continue
    const queueId = id.slice(0, 8)
    const entry: QueueEntry = entries.get(queueId) ?? {
      queueId,
      sender: sender === '@' ? '' : sender,
      recipients: [],
      arrival: Number(arrived) * 1000,
      state: stateOf(flags, tries ?? '0'),
    }
    const why = reason.join('|')
    entry.recipients.push({ address: recipient, ...(why === '' ? {} : { reason: why }) })
    entries.set(queueId, entry)
  }
  return [...entries.values()]
}

/** What was put off once is deferred, though it may be in flight at this very moment: it is tried every second. */
function stateOf(flags: string, tries: string): QueueEntry['state'] {
  if (flags.split(',').includes('suspend')) return 'hold'
  return tries === '0' ? 'active' : 'deferred'
}

/**
 * Waits until no try of a message is under way, while none can begin by retry.sh: what is put aside or taken out in the
 * middle of a try may be delivered by it, or is in no process's hands and never tried again.
 */
function betweenTries(command: string, queueIds: readonly string[]): string[] {
  const script = `exec 9> /run/mailrig-retry
flock 9
for id; do
  tries=0
  while [ $tries -lt 1000 ] && smtpctl show queue | grep -q "^$id.*|inflight|"; do tries=$((tries + 1)); done
  smtpctl ${command} "$id"
done`
  return ['sh', '-ec', script, 'sh', ...queueIds]
}

/** smtpctl(8) takes one id at a time. */
export const queueCommands: QueueCommands = {
  hold: (queueIds) => betweenTries('pause envelope', queueIds),
  release: (queueIds) => each('resume envelope', queueIds),
  delete: (queueIds) => betweenTries('remove', queueIds),
}

function each(command: string, queueIds: readonly string[]): string[] {
  return ['sh', '-ec', `for id; do smtpctl ${command} "$id"; done`, 'sh', ...queueIds]
}
