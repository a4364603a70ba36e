import type { QueueEntry } from '../contract.ts'
import { PATHS } from './paths.ts'
import { MESSAGE_ID } from './read-log.ts'

const HEAD = new RegExp(`^ *\\S+ +(\\S+) +(${MESSAGE_ID}) <([^>]*)>(?: \\([^)]*\\))?( \\*\\*\\* frozen \\*\\*\\*)?$`)
const LOGGED = new RegExp(`^(${MESSAGE_ID}):\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? (.*)$`)
const DEFERRAL = /^(?:\S* ?<([^<>]+)>|(\S+@\S+))(?: <[^<>]+>)?:? .*?\bdefer \(-?\d+\):? ?(.*)$/

/**
 * `exim -bpu` tells who has not got a message yet, but not why; the reasons are in the message logs beside the spool
 * (Exim specification §5.2, -bp, and §53.1), printed after it as `id:line`.
 */
export const queue = {
  command: ['sh', '-c', `exim4 -bpu; cd ${PATHS.spool}/msglog && grep -rHF ' defer (' . | sed 's|^\\./||'`],
  parse: parseQueue,
}

/** Sizes are as Exim prints them, to two digits: `1.2K` is 1229 octets. */
export function parseQueue(stdout: string): QueueEntry[] {
  const entries: QueueEntry[] = []
  for (const line of stdout.split('\n')) {
    const head = line.match(HEAD)
    const logged = line.match(LOGGED)
    if (head) entries.push(entryOf(head))
    else if (logged) addReason(entries, logged[1] ?? '', logged[2] ?? '')
    else if (/^ {8,}\S/.test(line)) entries.at(-1)?.recipients.push({ address: line.trim() })
  }
  return entries
}

function entryOf([, size = '', queueId = '', sender = '', frozen]: RegExpMatchArray): QueueEntry {
  return { queueId, sender, recipients: [], size: octets(size), state: frozen === undefined ? 'active' : 'frozen' }
}

/** Message logs grow at their end, so the last reason stays. */
function addReason(entries: QueueEntry[], queueId: string, text: string): void {
  const entry = entries.find((candidate) => candidate.queueId === queueId)
  const [, bracketed, bare, reason] = text.match(DEFERRAL) ?? []
  if (!entry || reason === undefined) return
  if (entry.state === 'active') entry.state = 'deferred'
  const recipient = entry.recipients.find(({ address }) => address === (bracketed ?? bare))
  if (recipient) recipient.reason = reason
}

function octets(text: string): number {
  const [, number = '0', unit = ''] = text.match(/^([\d.]+)([KMG]?)$/) ?? []
  return Math.round(Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit))
}
