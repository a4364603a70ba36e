import type { Cursor } from './cursor.ts'
import { Misread } from './misread.ts'
import { readVariable, type Variable } from './variable.ts'

/**
 * Octets as a file writes them: text, and variables to be filled in. Each character of a text stands for one octet, so
 * that any octets can be said.
 */
export type Octets = readonly (string | Variable)[]

const SIMPLE: Record<string, string> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\', '"': '"', '/': '/', $: '$' }
const ESCAPES = String.raw`an escape: \r \n \t \0 \xNN \u{N} \\ \" \/ \$`

/** Reads up to the end of the line, or up to `until`, which stays unread. */
export function readOctets(cursor: Cursor, until?: string): Octets {
  const parts: (string | Variable)[] = []
  let text = ''
  while (!cursor.done && cursor.next !== until) {
    if (cursor.next === '\\') {
      text += readEscape(cursor)
    } else if (cursor.rest.startsWith('${')) {
      if (text !== '') parts.push(text)
      text = ''
      parts.push(readVariable(cursor))
    } else {
      const char = String.fromCodePoint(cursor.rest.codePointAt(0) ?? 0)
      cursor.take(char)
      text += utf8(char)
    }
  }
  if (text !== '') parts.push(text)
  return parts
}

/** Reads `"…"`. */
export function readString(cursor: Cursor, expected = 'a text in quotes'): Octets {
  const start = cursor.place
  cursor.expect('"', expected)
  const octets = readOctets(cursor, '"')
  if (!cursor.take('"')) throw Misread.found(start, 'a quote that is not closed', 'a closing " on the same line')
  return octets
}

function readEscape(cursor: Cursor): string {
  const place = cursor.place
  cursor.take('\\')
  const hex = cursor.match(/x[0-9A-Fa-f]{2}/y)
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex.slice(1), 16))
  const point = cursor.match(/u\{[0-9A-Fa-f]{1,6}\}/y)
  if (point !== undefined) {
    const number = Number.parseInt(point.slice(2, -1), 16)
    if (number > 0x10ffff) throw Misread.found(place, `\\${point}`, 'a code point up to 10FFFF')
    return utf8(String.fromCodePoint(number))
  }
  const simple = SIMPLE[cursor.next]
  if (simple === undefined) {
    throw Misread.found(place, JSON.stringify(`\\${cursor.next}`).replaceAll('\\\\', '\\'), ESCAPES)
  }
  cursor.shift()
  return simple
}

/** The octets of text, one character each. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Text of octets, one character each: UTF-8 where it is valid. */
export function fromUtf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8')
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NAMED: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\0': '\\0', '\\': '\\\\' }

/** Writes octets so that {@link readOctets} reads them back; `inQuotes` for a string in quotes. */
export function printOctets(octets: Octets, inQuotes = false): string {
  return octets.map((part) => (typeof part === 'string' ? printText(part, inQuotes) : `\${${part.variable}}`)).join('')
}

/** The same for the whole string, quotes included. */
export function printString(octets: Octets): string {
  return `"${printOctets(octets, true)}"`
}

function printText(text: string, inQuotes: boolean): string {
  // `${` begins a variable wherever it stands.
  const printed = printable(text).replaceAll('${', '\\${')
  return inQuotes ? printed.replaceAll('"', '\\"') : printed
}

/** Text, where these octets are UTF-8; else every octet above 7F is escaped. */
function printable(text: string): string {
  try {
    return DECODER.decode(Buffer.from(text, 'latin1')).replace(UNPRINTABLE, escaped)
  } catch {
    return text.replace(/[\x00-\x1f\x7f-\xff\\]/g, (char) => NAMED[char] ?? hex(char))
  }
}

const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ufeff]/g

function escaped(char: string): string {
  return NAMED[char] ?? (char.charCodeAt(0) < 0x80 ? hex(char) : `\\u{${char.charCodeAt(0).toString(16)}}`)
}

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}
