import { InputError } from '../errors/mailrig-error.ts'
import { checkAction, STAGES, type Stage } from '../upstream/action.ts'
import { type Cursor, quoted } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { type Pattern, readPattern, variablesOf } from './pattern.ts'
import { fixedText, readOffer, withoutVariables } from './read-offer.ts'
import type { UpstreamOrder } from './statement.ts'
import { readCount, readDuration } from './units.ts'

const WORDS = ['on', 'down', 'up', 'offer']

/** Does what stands behind `upstream:` tell it what to do, rather than what it has to have got? */
export function isOrder(cursor: Cursor): boolean {
  cursor.skipBlanks()
  return WORDS.includes(cursor.peekWord())
}

/** `upstream: on rcpt reply "450 4.2.1 try later" delay 200ms drop times 1`, `upstream: down`. */
export function readUpstreamOrder(cursor: Cursor, head: Head): UpstreamOrder {
  const statement = { kind: 'upstream-order' as const, place: head.place, upstream: head.target || 'upstream' }
  if (head.servers.length > 0) {
    throw new Misread(head.place, 'found an upstream told what to do for some servers, expected the same for all')
  }
  const kind = cursor.word('on, down, up or offer')
  if (kind === 'offer') return { ...statement, order: readOffer(cursor) }
  if (kind === 'down' || kind === 'up') {
    cursor.end()
    return { ...statement, order: { kind } }
  }
  cursor.skipBlanks()
  const stage = cursor.oneOf(STAGES, 'a stage')
  const place = cursor.place
  const order: Extract<UpstreamOrder['order'], { kind: 'on' }> = { kind: 'on', stage }
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) readPart(cursor, order)
  try {
    checkAction(stage, order)
  } catch (error) {
    if (error instanceof InputError) throw new Misread(place, `found an action that cannot be: ${error.message}`)
    throw error
  }
  return { ...statement, order }
}

function readPart(cursor: Cursor, order: Extract<UpstreamOrder['order'], { kind: 'on' }>): void {
  const place = cursor.place
  const word = cursor.oneOf(['from', 'to', 'number', 'reply', 'delay', 'drop', 'reset', 'times'], 'when, or what to do')
  const known = word === 'reset' ? order.drop : order[word]
  if (known !== undefined)
    throw Misread.found(
      place,
      quoted(word),
      'each of from, to, number, reply, delay, drop or reset, times at most once',
    )
  cursor.skipBlanks()
  if (word === 'reply') order.reply = readReply(cursor)
  else if (word === 'delay') order.delay = readDuration(cursor)
  else if (word === 'times' || word === 'number') order[word] = readCount(cursor)
  else if (word === 'from' || word === 'to') order[word] = readPath(cursor, order.stage, word)
  else order.drop = word === 'reset' ? 'reset' : true
}

/** The stages at which a path is known. */
const KNOWN_AT: Record<'from' | 'to', readonly Stage[]> = {
  from: ['mail', 'rcpt', 'data', 'message'],
  to: ['rcpt', 'data', 'message'],
}

function readPath(cursor: Cursor, stage: Stage, which: 'from' | 'to'): Pattern {
  const place = cursor.place
  if (!KNOWN_AT[which].includes(stage)) {
    throw Misread.found(place, `"${which}" at ${stage}`, `one of the stages ${KNOWN_AT[which].join(', ')}`)
  }
  return readAddress(cursor, place)
}

/** A pattern for an address of the envelope, without variables: it holds before anything is played. */
export function readAddress(cursor: Cursor, place: Cursor['place']): Pattern {
  const pattern = readPattern(cursor, 'an address in quotes ("" is the null sender), like "…" or a /pattern/')
  if (pattern.kind === 'regex') {
    const [variable] = variablesOf(pattern)
    if (variable) throw Misread.found(place, `\${${variable.variable}}`, 'a pattern without variables')
  } else withoutVariables(pattern.octets, place)
  return pattern
}

/** The lines of a reply, each in quotes. */
export function readReply(cursor: Cursor): string[] {
  const lines: string[] = []
  do {
    cursor.skipBlanks()
    lines.push(fixedText(cursor, 'a reply in quotes, such as "450 4.2.1 try later"'))
  } while (cursor.take(','))
  return lines
}
