import { SessionEndedError } from '../session/session-error.ts'
import { expectedOf } from '../session-file/choices.ts'
import type { Heard } from '../session-file/heard.ts'
import { matchReply } from '../session-file/match-reply.ts'
import { printExpectation } from '../session-file/print.ts'
import type { Expect, Expectation, ExpectedReply } from '../session-file/statement.ts'
import type { Playing } from './playing.ts'
import type { Speaker } from './speaker.ts'
import { shortly } from './step-log.ts'

type Ending = Extract<Expectation, { kind: 'closed' | 'reset' }>

/** The connection something is expected on, and the line of the file that says so. */
interface On {
  speaker: Speaker
  connection: string
  line: number
}

/** Holds the next reply, silence or the end of a connection against what is expected of this server. */
export async function playExpect(playing: Playing, statement: Expect): Promise<void> {
  const { connections, ground, log, values } = playing
  const { connection, place } = statement
  const speaker = connections.opened(connection) ?? (await connections.open(connection, place))
  const on: On = { speaker, connection, line: place.line }
  const said = expectedOf(statement, ground.server)
  // A file that says what other servers answer judges nothing here.
  const anyOf: readonly Expectation[] = said ?? [{ kind: 'any', place }]
  const [first] = anyOf
  const expected = said?.flatMap(printExpectation).join('\n') ?? ''
  if (first?.kind === 'silence') return holdSilence(playing, on, first, expected)
  const replies = anyOf.filter((one): one is ExpectedReply => one.kind === 'reply')
  const end = anyOf.find((one): one is Ending => one.kind === 'closed' || one.kind === 'reset')
  const observed = anyOf.some(({ kind }) => kind === 'any')
  if (replies.length === 0 && !observed && end) return holdEnd(playing, on, end, expected)

  const untagged = replies.filter(({ status }) => status.codes.includes('*'))
  const enough =
    untagged.length === 0
      ? undefined
      : (heard: Heard) => untagged.some((reply) => matchReply(reply, heard, values.map).fits)
  const unheard = { ...log.take(connection), line: place.line }
  let heard: Heard
  try {
    heard = await connections.next(speaker, connection, enough)
  } catch (error) {
    if (observed || (end && endedAs(error, end.kind))) {
      log.add({ ...unheard, expected, received: shortly(error), verdict: observed ? 'observed' : 'pass' })
      return
    }
    throw log.failed(place, unheard, expected, error)
  }
  connections.heard(connection, heard)
  const step = { ...unheard, expected, received: heard.text }
  const reasons: string[] = []
  for (const reply of replies) {
    const match = matchReply(reply, heard, values.map)
    if (match.fits) {
      for (const [name, value] of match.captured) values.map.set(name, value)
      log.add({ ...step, verdict: 'pass' })
      return
    }
    reasons.push(match.why)
  }
  if (observed) {
    log.add({ ...step, verdict: 'observed' })
    return
  }
  throw log.fail(anyOf[0]?.place ?? place, { ...step, why: reasons.join('; ') || 'the connection did not end' })
}

async function holdSilence(
  { connections, log }: Playing,
  { speaker, connection, line }: On,
  { ms, place }: Extract<Expectation, { kind: 'silence' }>,
  expected: string,
): Promise<void> {
  const step = { ...log.take(connection), line }
  const since = performance.now()
  const early = connections.early(connection)
  if (early) {
    throw log.fail(place, { ...step, expected, received: early.text, why: `Expected silence for ${ms} ms` })
  }
  try {
    await speaker.silence(ms)
  } catch (error) {
    throw log.failed(place, step, expected, error)
  }
  log.add({ ...step, expected, received: '', verdict: 'pass', since })
}

async function holdEnd(
  { connections, log }: Playing,
  { speaker, connection, line }: On,
  { kind, place }: Ending,
  expected: string,
): Promise<void> {
  const step = { ...log.take(connection), line, expected }
  try {
    const { how } = await speaker.closed(connections.timeoutMs)
    const received = how === 'RST' ? 'reset' : 'closed'
    if (kind === 'reset' && how !== 'RST') throw log.fail(place, { ...step, received, why: 'closed, not reset' })
    log.add({ ...step, received, verdict: 'pass' })
  } catch (error) {
    throw log.failed(place, step, expected, error)
  }
}

function endedAs(error: unknown, kind: 'closed' | 'reset'): boolean {
  return error instanceof SessionEndedError && (kind === 'closed' || error.end.how === 'RST')
}
