import { type Cursor, quoted } from './cursor.ts'
import { Misread } from './misread.ts'
import { readPattern } from './pattern.ts'
import type { Dialect, Expectation, ExpectedKeyword, ExpectedLine, ExpectedStatus } from './statement.ts'
import { readDuration } from './units.ts'

/** One `S:` line: a whole expectation, or a line of a reply that may have more. */
export type ReadLine =
  | { expectation: Exclude<Expectation, { kind: 'reply' }> }
  | {
      line: ExpectedLine
      /** Absent on a line that has none, such as one inside a POP3 listing. */
      status?: ExpectedStatus
      /** `open`: more has to come; `done`: no more can; `may-go-on`: whatever follows decides. */
      state: 'open' | 'done' | 'may-go-on'
    }

export interface LineContext {
  dialect: Dialect
  /** The reply has begun. */
  inside: boolean
  /** Nothing was expected on this connection yet. */
  greeting: boolean
}

/** Reads what stands behind `S:`. */
export function readExpectation(cursor: Cursor, context: LineContext): ReadLine {
  cursor.skipBlanks()
  const special = readSpecial(cursor)
  if (special) return { expectation: special }
  switch (context.dialect) {
    case 'smtp':
      return readSmtp(cursor, context)
    case 'imap':
      return readImap(cursor, context)
    case 'pop3':
      return readPop3(cursor, context)
    case 'managesieve':
      return readManageSieve(cursor)
  }
}

const CODES = 'a reply code such as 250, 25x or 5xx'
const SPECIALS = '"?", silence, closed or reset'

function readSpecial(cursor: Cursor): Exclude<Expectation, { kind: 'reply' }> | undefined {
  const place = cursor.place
  if (/^\?\s*$/.test(cursor.rest)) {
    cursor.remainder()
    return { kind: 'any', place }
  }
  const word = /^(silence(?=\s+\d)|closed\s*$|reset\s*$)/.exec(cursor.rest)?.[1]?.trim()
  if (word === undefined) return undefined
  cursor.take(word)
  cursor.skipBlanks()
  if (word !== 'silence') return { kind: word === 'reset' ? 'reset' : 'closed', place }
  const ms = readDuration(cursor)
  cursor.end()
  return { kind: 'silence', place, ms }
}

function readSmtp(cursor: Cursor, { inside }: LineContext): ReadLine {
  const place = cursor.place
  const codes = readCodes(cursor)
  const open = cursor.take('-')
  if (!open && !cursor.done && cursor.next !== ' ' && cursor.next !== '\t') {
    cursor.fail('a space after the reply code, or "-" where more lines of the reply follow')
  }
  cursor.skipBlanks()
  const enhanced = inside ? undefined : readEnhanced(cursor, codes)
  return {
    status: enhanced === undefined ? { codes } : { codes, enhanced },
    line: { ...readLine(cursor, true), place },
    state: open ? 'open' : 'done',
  }
}

/** Reads `450|550 5.1.x`: a reply of SMTP without its text. */
export function readStatus(cursor: Cursor): ExpectedStatus {
  cursor.skipBlanks()
  const codes = readCodes(cursor, CODES)
  cursor.skipBlanks()
  const enhanced = readEnhanced(cursor, codes)
  return enhanced === undefined ? { codes } : { codes, enhanced }
}

function readCodes(cursor: Cursor, expected = `${CODES}, or ${SPECIALS}`): string[] {
  const codes: string[] = []
  do {
    const place = cursor.place
    const code = cursor.match(/[0-9x]+/y)
    if (code === undefined) cursor.fail(expected)
    if (!/^[1-5](?:[0-9][0-9x]|xx)$/.test(code)) throw Misread.found(place, quoted(code), expected)
    codes.push(code)
  } while (cursor.take('|'))
  return codes
}

function readEnhanced(cursor: Cursor, codes: readonly string[]): string | undefined {
  const place = cursor.place
  const enhanced = cursor.match(/[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)(?=\s|$)/y)
  if (enhanced === undefined) return undefined
  const classes = codes.map((code) => code[0])
  if (!classes.includes(enhanced[0])) {
    throw Misread.found(place, enhanced, `an enhanced status code of class ${classes.join(' or ')} (RFC 2034 §4)`)
  }
  return enhanced
}

/** Patterns, keywords and bare words, in any order. */
function readLine(cursor: Cursor, keywords: boolean): Omit<ExpectedLine, 'place'> {
  const line = { patterns: [] as ExpectedLine['patterns'][number][], keywords: [] as ExpectedKeyword[] }
  const words: string[] = []
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) {
    if (cursor.next === '"' || cursor.next === '/' || /^like[ \t]+"/.test(cursor.rest)) {
      line.patterns.push(readPattern(cursor))
      if (!cursor.done && !/[ \t]/.test(cursor.next)) cursor.fail('a space after the text or pattern')
      continue
    }
    const keyword = keywords ? cursor.match(/[+!][A-Za-z0-9][A-Za-z0-9-]*(?:=\S+)?(?=\s|$)/y) : undefined
    if (keyword === undefined) words.push(cursor.match(/[^ \t]+/y) ?? '')
    else line.keywords.push(keywordOf(keyword))
  }
  return { ...line, words: words.join(' ') }
}

function keywordOf(written: string): ExpectedKeyword {
  const [name = '', ...parameter] = written.slice(1).split('=')
  const keyword = { present: written.startsWith('+'), name: name.toUpperCase() }
  return parameter.length === 0 ? keyword : { ...keyword, parameter: parameter.join('=') }
}

/** RFC 9051 §7: `* …` untagged, `+ …` a request to go on, else the tag and what became of the command. */
function readImap(cursor: Cursor, { greeting, inside }: LineContext): ReadLine {
  const place = cursor.place
  const first = cursor.match(/[^ \t]+/y)
  if (first === undefined) cursor.fail(`an IMAP response: "*", "+" or a tag; or ${SPECIALS}`)
  cursor.skipBlanks()
  if (first === '+') return { status: { codes: ['+'] }, line: { ...readLine(cursor, false), place }, state: 'done' }
  if (first === '*') {
    const greeted = greeting && !inside ? cursor.match(/(?:OK|PREAUTH|BYE)(?=\s|$)/y) : undefined
    const line = { ...readLine(cursor, false), place }
    if (greeted !== undefined) return { status: { codes: [greeted], tag: '*' }, line, state: 'done' }
    return { line, state: 'may-go-on' }
  }
  if (!/^[A-Za-z0-9.]+$/.test(first)) throw Misread.found(place, quoted(first), '"*", "+" or the tag of a command')
  const codes = readConditions(cursor, ['OK', 'NO', 'BAD'])
  return { status: { codes, tag: first }, line: { ...readLine(cursor, false), place }, state: 'done' }
}

function readConditions(cursor: Cursor, known: readonly string[]): string[] {
  const codes: string[] = []
  do {
    const place = cursor.place
    const word = cursor.match(/[A-Za-z]+/y)
    const code = known.find((candidate) => candidate === word?.toUpperCase())
    if (code === undefined)
      throw Misread.found(place, word === undefined ? cursor.found() : quoted(word), `one of ${known.join(', ')}`)
    codes.push(code)
  } while (cursor.take('|'))
  if (!cursor.done && !/[ \t]/.test(cursor.next)) cursor.fail('a space')
  return codes
}

/** RFC 1939 §3. */
function readPop3(cursor: Cursor, { inside }: LineContext): ReadLine {
  const place = cursor.place
  const codes: string[] = []
  const status = cursor.match(/(?:\+OK|-ERR)(?:\|(?:\+OK|-ERR))*(?=\s|$)/y)
  if (status !== undefined) codes.push(...status.split('|'))
  else if (!inside) cursor.fail(`"+OK" or "-ERR", or ${SPECIALS}`)
  const line = { ...readLine(cursor, false), place }
  return codes.length === 0 ? { line, state: 'may-go-on' } : { status: { codes }, line, state: 'may-go-on' }
}

/** RFC 5804 §1.3: lines, and at the end OK, NO or BYE. */
function readManageSieve(cursor: Cursor): ReadLine {
  const place = cursor.place
  if (!/^(?:OK|NO|BYE)(?=[\s|]|$)/i.test(cursor.rest)) {
    return { line: { ...readLine(cursor, false), place }, state: 'open' }
  }
  const codes = readConditions(cursor, ['OK', 'NO', 'BYE'])
  return { status: { codes }, line: { ...readLine(cursor, false), place }, state: 'done' }
}
