import { InputError } from '../errors/mailrig-error.ts'
import { checkAction, STAGES } from '../upstream/action.ts'
import { type Cursor, quoted } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { fromUtf8, readString } from './octets.ts'
import type { UpstreamOrder } from './statement.ts'
import { readCount, readDuration } from './units.ts'

const WORDS = ['on', 'down', 'up']

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
  const kind = cursor.word('on, down or up')
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
  const word = cursor.oneOf(['reply', 'delay', 'drop', 'reset', 'times'], 'what to do')
  const known = word === 'reset' ? order.drop : order[word]
  if (known !== undefined)
    throw Misread.found(place, quoted(word), 'each of reply, delay, drop or reset, times at most once')
  cursor.skipBlanks()
  if (word === 'reply') order.reply = readReply(cursor)
  else if (word === 'delay') order.delay = readDuration(cursor)
  else if (word === 'times') order.times = readCount(cursor)
  else order.drop = word === 'reset' ? 'reset' : true
}

function readReply(cursor: Cursor): string[] {
  const lines: string[] = []
  do {
    cursor.skipBlanks()
    const place = cursor.place
    const octets = readString(cursor, 'a reply in quotes, such as "450 4.2.1 try later"')
    lines.push(
      octets
        .map((part) => {
          if (typeof part === 'string') return fromUtf8(part)
          throw Misread.found(place, `\${${part.variable}}`, 'a reply without variables')
        })
        .join(''),
    )
  } while (cursor.take(','))
  return lines
}
