import { type Cursor, quoted } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { fromUtf8, readString } from './octets.ts'
import { readPattern } from './pattern.ts'
import {
  type Condition,
  FIELDS,
  type LogOutcome,
  type MessagesOutcome,
  QUEUE_STATES,
  type QueueOutcome,
  RESULTS,
} from './statement.ts'
import { readCount } from './units.ts'

/** `mailbox jim: 1 message, subject "Hello"`, and the same for `local` and `upstream`. */
export function readMessages(cursor: Cursor, head: Head, kind: MessagesOutcome['kind']): MessagesOutcome {
  const { place, servers } = head
  const folder = head.folder === undefined ? {} : { folder: head.folder }
  const outcome = {
    kind,
    place,
    servers,
    name: head.target === '' && kind === 'upstream' ? 'upstream' : head.target,
    ...folder,
  }
  cursor.skipBlanks()
  if (cursor.peekWord() === 'nothing') {
    cursor.word('nothing')
    cursor.end()
    return { ...outcome, count: 0, conditions: [] }
  }
  let count: number | 'some'
  if (cursor.peekWord() === 'some') {
    cursor.word('some')
    count = 'some'
  } else {
    count = readCount(cursor, 'nothing, some, or how many messages')
  }
  cursor.skipBlanks()
  cursor.oneOf(['message', 'messages'], 'the word')
  const conditions: Condition[] = []
  for (cursor.skipBlanks(); cursor.take(','); cursor.skipBlanks()) {
    cursor.skipBlanks()
    const where = cursor.place
    const condition = readCondition(cursor)
    if (condition.field === 'flag' && kind !== 'mailbox') {
      throw Misread.found(where, 'flag', 'what a message there has: flags are those of a mailbox')
    }
    if (condition.field === 'macro' && kind !== 'milter') {
      throw Misread.found(where, 'macro', 'what a message there has: macros are what a milter is told')
    }
    if (isResult(condition.field) && kind !== 'upstream' && kind !== 'mailbox') {
      throw Misread.found(
        where,
        condition.field,
        'what a message there has: results are those of an upstream or a mailbox',
      )
    }
    conditions.push(condition)
  }
  cursor.end('"," and a condition, or the end of the line')
  return { ...outcome, count, conditions }
}

function isResult(field: string): boolean {
  return (RESULTS as readonly string[]).includes(field)
}

function readCondition(cursor: Cursor): Condition {
  const field = cursor.oneOf(FIELDS, 'what of the message is meant')
  cursor.skipBlanks()
  const header = field === 'header' || field === 'macro' ? cursor.match(/[!-9;-~]+/y) : undefined
  if (field === 'header' && header === undefined) cursor.fail('the name of a header field')
  if (field === 'macro' && header === undefined) cursor.fail('the name of a macro, such as i or {auth_authen}')
  cursor.skipBlanks()
  const named = header === undefined ? { field } : { field, header }
  if (cursor.peekWord() === 'file') {
    if (field !== 'octets' && field !== 'body')
      cursor.fail('a text in quotes or a /pattern/; a file goes with body or octets')
    cursor.word('file')
    return { ...named, is: { kind: 'file', file: readFileName(cursor) } }
  }
  const place = cursor.place
  const is = readPattern(cursor, 'a text in quotes, a /pattern/, like "…", or file "…"')
  if (field === 'octets' && is.kind !== 'literal')
    throw Misread.found(place, 'a pattern', 'octets in quotes, or a file')
  return { ...named, is }
}

/** A path inside the folder of the session file. */
export function readFileName(cursor: Cursor): string {
  cursor.skipBlanks()
  const place = cursor.place
  const octets = readString(cursor, 'the path of a file in quotes')
  const path = octets.map((part) => (typeof part === 'string' ? fromUtf8(part) : undefined))
  const whole = path.join('')
  if (path.includes(undefined) || whole === '' || whole.includes('\0')) {
    throw Misread.found(place, 'a path that is empty or not fixed', 'the path of a file')
  }
  if (whole.startsWith('/') || whole.includes('\\') || whole.split('/').includes('..')) {
    throw Misread.found(place, quoted(whole), 'a path inside the folder of the session file')
  }
  return whole
}

/** `queue: empty`, `queue: 1 message, deferred`. */
export function readQueue(cursor: Cursor, { place, servers }: Head): QueueOutcome {
  cursor.skipBlanks()
  if (cursor.peekWord() === 'empty') {
    cursor.word('empty')
    cursor.end()
    return { kind: 'queue', place, servers, count: 0 }
  }
  const count = readCount(cursor, 'empty, or how many messages')
  cursor.skipBlanks()
  cursor.oneOf(['message', 'messages'], 'the word')
  cursor.skipBlanks()
  if (!cursor.take(',')) {
    cursor.end('"," and a state, or the end of the line')
    return { kind: 'queue', place, servers, count }
  }
  cursor.skipBlanks()
  const state = cursor.oneOf(QUEUE_STATES, 'the state of a message')
  cursor.end()
  return { kind: 'queue', place, servers, count, state }
}

/** `log: /pattern/`, `log: no "text"`. */
export function readLog(cursor: Cursor, { place, servers }: Head): LogOutcome {
  cursor.skipBlanks()
  const present = cursor.peekWord() !== 'no'
  if (!present) cursor.word('no')
  cursor.skipBlanks()
  const pattern = readPattern(cursor)
  cursor.end()
  return { kind: 'log', place, servers, present, pattern }
}
