import type { FilterSession } from '../filters/filter-session.ts'
import { isProblem } from '../servers/log-event.ts'
import type { QueueEntry } from '../servers/queue.ts'
import type { StoredPlace } from '../servers/store.ts'
import type { Reply } from '../session/reply.ts'
import type { Transcript } from '../session/transcript.ts'
import { format } from '../session/transcript-format.ts'
import type { Attempt } from '../upstream/attempt.ts'
import { describeFate, refusedBy } from './fate.ts'
import { formatJourney, type Traveller } from './journey.ts'
import type { Rig } from './rig.ts'

/** Everything known about what happened to the messages of one scenario, as plain data. */
export interface Evidence {
  /** What became of each recipient, with the reason; what went wrong stands first. */
  fates: string[]
  /** The way of each message over all hops, a line a step. */
  journeys: { messageId: string; steps: string[] }[]
  mta: { name: string; release: string }
  /** The sessions, formatted; secrets masked. */
  transcripts: string[]
  /** What waits in the queue, or why that could not be asked. */
  queue: QueueEntry[] | string
  /** One line a message, and one a connection that brought none, by upstream. */
  upstreams: Record<string, string[]>
  /** What filters were asked and what they answered, a line each, by kind and name: `milter "filter"`. */
  filters: Record<string, string[]>
  /** What Debian's filters logged about these messages, or their last lines where they name none. */
  filterLog: string[]
  /** Addresses of clients that were reset at an upstream because no rig has them. */
  strangers: string[]
  /** The MTA's lines about these messages and what came of them. */
  mtaLog: string[]
  /** The store's lines that name their Message-IDs, and those that tell of trouble. */
  storeLog: string[]
  /** Where they are in the store, whoever they were for, or why that could not be asked. */
  stored: StoredPlace[] | string
  /** The last lines of the MTA, when no line names a message: a refusal leaves no queue id. */
  mtaTail: string[]
}

const TAIL = 12

/** Gathers the evidence. Never throws: it is asked for when something has failed already. */
export async function collectEvidence(
  rig: Rig,
  what: { transcripts: readonly Transcript[]; messages: readonly Traveller[]; refused?: readonly Reply[] },
): Promise<Evidence> {
  // Of a message that came in a session only the log knows the Message-ID.
  const messageIds = unique(
    what.messages.flatMap((message) => [
      message.messageId ?? '',
      ...rig.mta.log.eventsOf(message).map(({ messageId = '' }) => messageId),
    ]),
  ).filter(Boolean)
  const [queue, stored] = await Promise.all([
    rig.mta.queue().catch(reasonOf),
    rig.hasStore ? rig.store.find(messageIds).catch(reasonOf) : [],
  ])
  const mtaLog = unique(what.messages.flatMap((message) => rig.mta.log.linesOf(message).map(({ text }) => text)))
  const storeLines = rig.hasStore ? rig.store.lines : []
  const journeys = what.messages.map((message) => rig.journey(message)).filter(({ steps }) => steps.length > 0)
  const fates = [
    ...(what.refused ?? []).map((reply) => refusedBy(reply)),
    ...journeys.flatMap((journey) => journey.fates),
  ]
  return {
    fates: fates.toSorted((a, b) => Number(a.fate === 'delivered') - Number(b.fate === 'delivered')).map(describeFate),
    journeys: journeys.map((journey) => ({
      messageId: journey.messageId ?? journey.queueIds.join(' '),
      steps: formatJourney({ ...journey, fates: [] }),
    })),
    mta: { name: rig.mta.name, release: rig.mta.release },
    transcripts: what.transcripts.map((transcript) => format(transcript)),
    queue,
    upstreams: Object.fromEntries(
      Object.entries(rig.upstreams).map(([name, { attempts }]) => [name, describeAttempts(attempts)]),
    ),
    filters: Object.fromEntries(
      [...Object.values(rig.filters.milters), ...Object.values(rig.filters.policies)].map(
        ({ kind, name, sessions }) => [`${kind} "${name}"`, describeFilterSessions(sessions)],
      ),
    ),
    filterLog: filterLines(rig, [...messageIds, ...journeys.flatMap(({ queueIds }) => queueIds)]),
    strangers: unique(rig.strangers.map(({ address }) => address)),
    mtaLog,
    storeLog: storeLines
      .map(({ text }) => text)
      .filter(
        (line) => (rig.hasStore && isProblem(rig.store.readLog(line))) || messageIds.some((id) => line.includes(id)),
      ),
    stored,
    mtaTail: mtaLog.length > 0 ? [] : rig.mta.log.lines.slice(-TAIL).map(({ text }) => text),
  }
}

/** All filters of a rig have one log. Some write the queue id of a message, some nothing that tells it from others. */
function filterLines({ filterServers }: Rig, ids: readonly string[]): string[] {
  const lines = Object.values(filterServers)[0]?.log() ?? []
  const named = lines.filter((line) => ids.some((id) => line.includes(id)))
  return named.length > 0 ? named : lines.slice(-TAIL)
}

/** The evidence for people, most telling part first. */
export function formatEvidence(evidence: Evidence): string {
  const { name, release } = evidence.mta
  const queue =
    typeof evidence.queue === 'string'
      ? [evidence.queue]
      : evidence.queue.flatMap(({ queueId, state, sender, recipients }) => [
          `${queueId} ${state} from <${sender}>`,
          ...recipients.map(({ address, reason }) => `  <${address}>${reason ? `: ${reason}` : ''}`),
        ])
  const stored =
    typeof evidence.stored === 'string'
      ? [evidence.stored]
      : evidence.stored.map(({ user, folder, uid, messageId }) => `${user} ${folder} UID ${uid}: <${messageId}>`)
  return [
    section('what became of the messages', unique(evidence.fates)),
    ...evidence.journeys.map(({ messageId, steps }) => section(`journey of ${messageId}`, steps)),
    section(`log of ${name} (${release}), lines of these messages`, evidence.mtaLog),
    section(`log of ${name} (${release}), last lines`, evidence.mtaTail),
    section('log of the mail store, lines of these messages and of trouble', evidence.storeLog),
    section('in the mail store', stored),
    section('queue', queue, 'empty'),
    ...Object.entries(evidence.upstreams).map(([upstream, lines]) =>
      section(`handed to upstream "${upstream}"`, lines, 'nothing'),
    ),
    ...Object.entries(evidence.filters).map(([filter, lines]) => section(`asked of ${filter}`, lines, 'nothing')),
    section("log of Debian's filters", evidence.filterLog),
    section('reset at an upstream, for no rig has this address', evidence.strangers),
    ...evidence.transcripts.map((transcript, index) => section(`session ${index + 1}`, transcript.split('\n'))),
  ]
    .filter(Boolean)
    .join('\n')
}

/** One line a message that connections brought, and one a connection that brought none. */
export function describeAttempts(attempts: readonly Attempt[]): string[] {
  return attempts.flatMap(({ messages, clientAddress, end, lines }) => {
    if (messages.length > 0) return messages.map((message) => message.describe())
    const last = lines.findLast(({ who }) => who !== '*')
    return [
      `connection from ${clientAddress}, ${end ?? 'still open'}${last ? `, after ${last.who}: ${last.text}` : ''}`,
    ]
  })
}

/** What a filter was asked and answered, without the turns in which it had nothing to say. */
export function describeFilterSessions(sessions: readonly FilterSession[]): string[] {
  return sessions.flatMap(({ lines }) =>
    lines.flatMap(({ who, text }, index) => {
      if (who === 'S' && text === 'continue') return []
      const answered = lines[index + 1]
      const told = /^(?:HEADER|BODY|EOH)\b/.test(text) && answered?.who === 'S' && answered.text === 'continue'
      return told ? [] : [`${who}: ${text}`]
    }),
  )
}

function reasonOf(error: unknown): string {
  return `not known: ${error instanceof Error ? error.message : error}`
}

function section(title: string, lines: readonly string[], none?: string): string {
  if (lines.length === 0) return none === undefined ? '' : `── ${title}: ${none}`
  return [`── ${title}`, ...lines.map((line) => `   ${line}`)].join('\n')
}

function unique(lines: string[]): string[] {
  return [...new Set(lines)]
}
