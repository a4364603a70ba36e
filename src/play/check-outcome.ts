import { WaitError } from '../errors/mailrig-error.ts'
import type { FilteredMessage } from '../filters/filtered-message.ts'
import { authenticate } from '../mail-auth/authenticate.ts'
import { isNoSuchFolder } from '../mailbox/folder-appears.ts'
import { describeMessage, type StoredMessage } from '../mailbox/stored-message.ts'
import { headerField, headerFields } from '../message/header-fields.ts'
import type { Rig } from '../rig/rig.ts'
import type { RunningMta } from '../rig/running-mta.ts'
import { find, printPattern } from '../session-file/pattern.ts'
import { type LogOutcome, type MessagesOutcome, type QueueOutcome, RESULTS } from '../session-file/statement.ts'
import type { RelayedMessage } from '../upstream/relayed-message.ts'
import type { Finding, OutcomeContext } from './ground.ts'
import { type FoundMessage, unlike } from './match-message.ts'

/** Are the messages there that should be, and no others? */
export async function checkMessages(outcome: MessagesOutcome, rig: Rig, context: OutcomeContext): Promise<Finding> {
  const messages = await messagesOf(outcome, rig)
  await findResults(messages, outcome, rig)
  const received = messages.map(({ shown }) => shown).join('\n') || 'nothing'
  const { count, conditions } = outcome
  if (count !== 'some' && messages.length !== count) {
    return { verdict: 'fail', received, why: `${messages.length} messages, not ${count}` }
  }
  const reasons = messages.map((message) => unlike(message, conditions, context))
  const wrong =
    count === 'some' ? reasons.every((reason) => reason !== undefined) : reasons.some((reason) => reason !== undefined)
  if (!wrong) return { verdict: 'pass', received }
  const why = reasons.find((reason) => reason !== undefined) ?? 'there is no message'
  return { verdict: 'fail', received, why }
}

/** What a receiver finds by the DNS of the rig, where the outcome asks for it: it costs some cryptography. */
async function findResults(
  messages: readonly FoundMessage[],
  { conditions }: MessagesOutcome,
  rig: Rig,
): Promise<void> {
  if (!conditions.some(({ field }) => (RESULTS as readonly string[]).includes(field))) return
  for (const message of messages) {
    message.results = await authenticate(message.content, rig.dns.zone, message.receipt)
  }
}

async function messagesOf({ kind, name, folder }: MessagesOutcome, rig: Rig): Promise<FoundMessage[]> {
  if (kind === 'milter') return rig.milter(name || undefined).messages.map(filtered)
  if (kind === 'upstream') return rig.upstream(name).messages.map(relayed)
  const stored = await (kind === 'mailbox' ? listed(rig, name, folder) : rig.localMailbox(name).list())
  return Promise.all(stored.map(fromStore))
}

/** A folder that nobody has made yet has nothing in it: a Sieve script may make it. */
async function listed(rig: Rig, name: string, folder: string | undefined): Promise<StoredMessage[]> {
  try {
    return await rig.mailbox(name).list(folder)
  } catch (error) {
    if (isNoSuchFolder(error)) return []
    throw error
  }
}

function relayed(message: RelayedMessage): FoundMessage {
  const { from, to, subject, content, clientAddress: client, helo } = message
  const receipt = { client, helo, from }
  return { from, to, subject, content, receipt, fields: headerFields(content), flags: [], shown: message.describe() }
}

function filtered(message: FilteredMessage): FoundMessage {
  const { from, to, content, macros } = message
  const fields = headerFields(content)
  const subject = headerField(fields, 'Subject') ?? ''
  return { from, to, subject, content, fields, flags: [], macros, receipt: { from }, shown: message.describe() }
}

async function fromStore(message: StoredMessage): Promise<FoundMessage> {
  const content = await message.raw()
  const { from = '', to, subject } = message
  const flags = [...message.flags]
  const fields = headerFields(content)
  const path = headerField(fields, 'Return-Path')
    ?.trim()
    .replace(/^<(.*)>$/, '$1')
  const receipt = path === undefined ? {} : { from: path }
  return { from, to, subject, content, fields, flags, receipt, shown: describeMessage(message) }
}

export async function checkQueue({ count, state }: QueueOutcome, mta: RunningMta): Promise<Finding> {
  const queue = await mta.queue()
  const meant = state === undefined ? queue : queue.filter((entry) => entry.state === state)
  const received =
    queue
      .map((entry) => {
        const to = entry.recipients.map(({ address }) => `<${address}>`).join(' ')
        return `${entry.state} from <${entry.sender}> to ${to}`
      })
      .join('\n') || 'empty'
  if (meant.length === count) return { verdict: 'pass', received }
  const what = state === undefined ? 'messages' : `${state} messages`
  return { verdict: 'fail', received, why: `${meant.length} ${what}, not ${count}` }
}

/** A line since the play began, there already or to come; or none so far. */
export async function checkLog(
  { present, pattern }: LogOutcome,
  mta: RunningMta,
  { values, startedAt, timeoutMs }: OutcomeContext,
): Promise<Finding> {
  const fits = (text: string) => find(pattern, text, values) !== undefined
  const found = () => mta.log.lines.find(({ at, text }) => at >= startedAt && fits(text))?.text
  if (!present) {
    const line = found()
    if (line === undefined) return { verdict: 'pass', received: '' }
    return { verdict: 'fail', received: line, why: `the log has ${printPattern(pattern)}` }
  }
  const there = found()
  if (there !== undefined) return { verdict: 'pass', received: there }
  try {
    return { verdict: 'pass', received: (await mta.log.next(fits, timeoutMs)).text }
  } catch (error) {
    if (!(error instanceof WaitError)) throw error
    return {
      verdict: 'fail',
      received: '',
      why: `no line of the log has ${printPattern(pattern)} within ${timeoutMs} ms`,
    }
  }
}
