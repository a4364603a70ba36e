import type { DialogueLine } from '../report/dialogue-line.ts'
import { eventFields } from '../report/event-fields.ts'
import type { JourneyStep, TestRecord } from '../report/test-record.ts'
import { isOfStore } from '../rig/rig-log.ts'
import type { LogEvent } from '../servers/log-event.ts'
import { formatReply } from '../session/reply.ts'
import type { Transcript } from '../session/transcript.ts'
import { linesOf } from '../session/transcript-lines.ts'
import { recordMessages } from './record-messages.ts'
import type { TestCase } from './test-case.ts'

const MOST_SESSIONS = 24
/** Characters of all lines of a session. */
const LONGEST_SESSION = 12_000
const MOST_REFUSALS = 20
const MOST_LINES = 120
const LONGEST_LINE = 1_000

/** What a test leaves for the run report, from what is in memory: no server is asked. */
export function recordTest(testCase: TestCase, rig: string): TestRecord {
  const { startedAt } = testCase
  const filters = filtersOf(testCase)
  const transcripts = [...testCase.sent, ...testCase.sessions].map(({ transcript }) => transcript)
  const log = logOf(testCase)
  const refused = [...new Set([...testCase.refused, ...testCase.refusedInSessions()].map(formatReply))]
  const leftOut = [
    ...(transcripts.length > MOST_SESSIONS
      ? [`${transcripts.length - MOST_SESSIONS} of ${transcripts.length} sessions`]
      : []),
    ...(log.length > MOST_LINES ? [`${log.length - MOST_LINES} of ${log.length} log lines`] : []),
  ]
  return {
    startedAt,
    rig,
    messages: recordMessages(testCase),
    ...(refused.length > 0 ? { refused: refused.slice(0, MOST_REFUSALS) } : {}),
    ...(testCase.missed.length > 0 ? { missed: testCase.missed } : {}),
    sessions: transcripts
      .slice(0, MOST_SESSIONS)
      .map((transcript) => ({
        at: transcript.startedAt.getTime(),
        name: transcript.name,
        lines: sessionLines(transcript),
      }))
      .sort((a, b) => a.at - b.at),
    upstreams: testCase.upstreamAttempts().flatMap(({ name, attempts }) =>
      attempts.map(({ at, lines, messages }) => ({
        at,
        name,
        lines: lines.slice(0, MOST_LINES).map((line) => ({ ...line, text: shortened(line.text, LONGEST_LINE) })),
        messages: messages.map((message) => message.describe()),
      })),
    ),
    ...(filters.length > 0 ? { filters } : {}),
    log: mostTelling(log),
    events: eventsOf({ rig: testCase.rig, accepted: testCase.accepted() }),
    ...(leftOut.length > 0 ? { leftOut } : {}),
  }
}

/** What filters were asked and answered. */
function filtersOf(testCase: TestCase): NonNullable<TestRecord['filters']> {
  return testCase.filterSessions().flatMap(({ name, sessions }) =>
    sessions.slice(-MOST_SESSIONS).map(({ at, lines }) => ({
      at,
      name,
      lines: lines.slice(0, MOST_LINES).map((line) => ({ ...line, text: shortened(line.text, LONGEST_LINE) })),
    })),
  )
}

/** The lines that fit, with the time to a tenth of a millisecond; the last says how many did not. */
function sessionLines(transcript: Transcript): DialogueLine[] {
  const lines = linesOf(transcript).map((line) => ({ ...line, at: Math.round(line.at * 10) / 10 }))
  let room = LONGEST_SESSION
  const end = lines.findIndex(({ text }) => {
    room -= text.length
    return room < 0
  })
  if (end === -1) return lines
  const at = lines[end]?.at ?? 0
  return [...lines.slice(0, end), { at, who: '*', text: `… ${lines.length - end} more lines of this session` }]
}

/** What the MTA's log says of the messages, each line once: a message and what came of it share some. */
function eventsOf({
  rig,
  accepted,
}: Pick<TestCase, 'rig'> & { accepted: ReturnType<TestCase['accepted']> }): JourneyStep[] {
  const { name } = rig.mta
  const steps = accepted.flatMap((message) => rig.journey(message).steps).filter(({ hop }) => hop === name)
  const events = steps.map(
    ({ at, what }): JourneyStep => ({ at, from: name, to: name, label: shortened(what, LONGEST_LINE) }),
  )
  return [...new Map(events.map((event) => [`${event.at} ${event.label}`, event])).values()].slice(0, MOST_LINES)
}

type LogRecord = TestRecord['log'][number]

/** The lines written while the test ran, and those about its messages that came before or after. */
function logOf(testCase: TestCase): LogRecord[] {
  const { rig, startedAt } = testCase
  const accepted = testCase.accepted()
  const own = new Set(accepted.flatMap((message) => rig.mta.log.linesOf(message).map(({ text }) => text)))
  const read = (event: LogEvent) => (event.event === 'raw' ? {} : { event: eventFields(event) })
  const messageIds = accepted
    .flatMap((message) => [message.messageId, ...rig.mta.log.eventsOf(message).map(({ messageId }) => messageId)])
    .filter((id) => id !== undefined)
    .filter(Boolean)
  const store = rig.hasStore ? rig.store : undefined
  const ofMta = rig.mta.log.events.filter(({ text }) => !isOfStore(store, text))
  const fromMta = ofMta.map((event): LogRecord => {
    const { at, text } = event
    return { at, server: rig.mta.name, text, ...read(event), ...(own.has(text) ? { own: true } : {}) }
  })
  const fromStore = (store?.lines ?? []).map(({ at, text }): LogRecord => {
    const event = store?.readLog(text) ?? { event: 'raw' }
    const [storedFor] = event.to ?? []
    return {
      at,
      server: store?.name ?? '',
      text,
      ...read(event),
      ...(messageIds.some((id) => text.includes(id)) ? { own: true } : {}),
      ...(event.event === 'store' ? { stored: event.messageId ?? '', ...(storedFor ? { storedFor } : {}) } : {}),
    }
  })
  return [...fromMta, ...fromStore]
    .filter((line) => line.own || line.at >= startedAt)
    .map((line) => ({ ...line, text: shortened(line.text, LONGEST_LINE) }))
    .sort((a, b) => a.at - b.at)
}

/** Lines of the test's own messages first, then the latest; in the order they came. */
function mostTelling(lines: readonly LogRecord[]): LogRecord[] {
  if (lines.length <= MOST_LINES) return [...lines]
  const own = lines.filter((line) => line.own).slice(-MOST_LINES)
  const others = lines.filter((line) => !line.own).slice(-(MOST_LINES - own.length) || lines.length)
  const kept = new Set([...own, ...others])
  return lines.filter((line) => kept.has(line))
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`
}
