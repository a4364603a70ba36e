import { RE2JS } from 're2js'
import type { Place } from '../yaml/place.ts'
import type { Cursor } from './cursor.ts'
import { Misread } from './misread.ts'
import { fromUtf8, type Octets, printString, readString } from './octets.ts'
import type { Values, Variable } from './variable.ts'

/** What a line or a header field has to be like. */
export type Pattern =
  /** Has this text in it. */
  | { kind: 'literal'; octets: Octets }
  /** Is this text as a whole, where `*` is any text. */
  | { kind: 'like'; octets: Octets }
  | Regex

export interface Regex {
  kind: 'regex'
  /** Between the slashes, without their escapes; `${name}` stands for the text of a variable. */
  source: string
  /** `i`: letter case does not count. */
  flags: '' | 'i'
  /** Names of its groups: what later lines may use. */
  captures: readonly string[]
  place: Place
}

/** RFC 5321 §4.5.3.1.5 has 512 octets for a line; nobody needs a longer pattern for one. */
const LONGEST = 1000
/** Of a line or a message that is looked at: keeps the time bounded, which grows with text times pattern. */
const LONGEST_TEXT = 1_048_576
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/** Reads `"literal"`, `/regex/` or `like "wild*card"`. */
export function readPattern(cursor: Cursor, expected = 'a text in quotes or a /pattern/'): Pattern {
  if (cursor.next === '/') return readRegex(cursor)
  if (cursor.peekWord() === 'like') {
    cursor.word('like')
    cursor.skipBlanks()
    return { kind: 'like', octets: readString(cursor) }
  }
  return { kind: 'literal', octets: readString(cursor, expected) }
}

/** Reads `/…/`, and `i` after it. */
export function readRegex(cursor: Cursor): Regex {
  const place = cursor.place
  cursor.expect('/')
  let source = ''
  while (cursor.next !== '/') {
    if (cursor.done) throw Misread.found(place, 'a pattern that is not closed', 'a closing / on the same line')
    if (cursor.take('\\/')) source += '/'
    else if (cursor.next === '\\') source += cursor.shift() + cursor.shift()
    else source += cursor.shift()
  }
  cursor.shift()
  const flags = cursor.take('i') ? 'i' : ''
  if (source === '') throw Misread.found(place, 'an empty pattern', 'something between the slashes')
  if (source.length > LONGEST) {
    throw Misread.found(place, `a pattern of ${source.length} characters`, `one of at most ${LONGEST}`)
  }
  const captures = captureNames({ source, flags, place })
  return { kind: 'regex', source, flags, captures, place }
}

/** The variables a regular expression uses. */
export function variablesOf(regex: Pick<Regex, 'source' | 'place'>): Variable[] {
  return [...regex.source.matchAll(VARIABLE)].map(([, variable = '']) => ({ variable, place: regex.place }))
}

export function printPattern(pattern: Pattern): string {
  if (pattern.kind === 'literal') return printString(pattern.octets)
  if (pattern.kind === 'like') return `like ${printString(pattern.octets)}`
  return `/${printRegexSource(pattern.source)}/${pattern.flags}`
}

function printRegexSource(source: string): string {
  return source.replace(/\\.|\//gs, (found) => (found === '/' ? '\\/' : found))
}

/** What a pattern found: captured texts by name; undefined where it does not fit. */
export function find(pattern: Pattern, text: string, values: Values): Map<string, string> | undefined {
  const looked = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text
  if (pattern.kind === 'literal') return looked.includes(textOf(pattern.octets, values)) ? new Map() : undefined
  if (pattern.kind === 'like') return isLike(looked, textOf(pattern.octets, values)) ? new Map() : undefined
  const matcher = compiled(pattern, values).matcher(looked)
  if (!matcher.find()) return undefined
  const captured = new Map<string, string>()
  for (const name of pattern.captures) {
    const value = matcher.group(name)
    if (value !== null && value !== undefined) captured.set(name, value)
  }
  return captured
}

/** Octets with their variables filled in, as text. */
export function textOf(octets: Octets, values: Values): string {
  return octets.map((part) => (typeof part === 'string' ? fromUtf8(part) : (values.get(part.variable) ?? ''))).join('')
}

const cache = new WeakMap<Regex, RE2JS>()

function compiled(regex: Regex, values: Values): RE2JS {
  const known = cache.get(regex)
  if (known) return known
  let fixed = true
  const source = regex.source.replace(VARIABLE, (_, name: string) => {
    fixed = false
    return RE2JS.quote(values.get(name) ?? '')
  })
  const compiled = compile(source, regex.flags)
  if (fixed) cache.set(regex, compiled)
  return compiled
}

/** A linear-time engine: a session file comes from anywhere, and no pattern in it may hang the tool. */
function compile(source: string, flags: string): RE2JS {
  return RE2JS.compile(source, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0)
}

function captureNames({ source, flags, place }: Pick<Regex, 'source' | 'flags' | 'place'>): string[] {
  try {
    return Object.keys(compile(source.replace(VARIABLE, ''), flags).namedGroups())
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Misread(
      place,
      `found a pattern that cannot be used (${reason}), expected RE2 syntax: no look-around, no back-references`,
    )
  }
}

/** Glob with `*` alone, in time linear in the text for each star. */
function isLike(text: string, wanted: string): boolean {
  const [head = '', ...rest] = wanted.split('*')
  if (rest.length === 0) return text === wanted
  const tail = rest.pop() ?? ''
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false
  let at = head.length
  const end = text.length - tail.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
