import { ehloKeywords } from '../session/ehlo.ts'
import type { Heard } from './heard.ts'
import { find, printPattern } from './pattern.ts'
import type { ExpectedLine, ExpectedReply, ExpectedStatus } from './statement.ts'
import type { Values } from './variable.ts'

export type Match = { fits: true; captured: ReadonlyMap<string, string> } | { fits: false; why: string }

/** Holds a reply against what was expected of it. Pure. */
export function matchReply(expected: ExpectedReply, heard: Heard, values: Values): Match {
  const { status, lines, every } = expected
  const wrong = statusProblem(status, heard) ?? keywordProblem(lines, heard)
  if (wrong !== undefined) return { fits: false, why: wrong }
  if (lines.every(({ patterns }) => patterns.length === 0)) return { fits: true, captured: NOTHING }
  if (every) return everyLine(lines, heard, values)
  return lines.length === 1 ? anyLine(lines, heard, values) : inOrder(lines, heard, values)
}

const NOTHING: ReadonlyMap<string, string> = new Map()

/** Does the status of a reply fit, whatever its text is? */
export function statusFits(expected: ExpectedStatus, heard: Pick<Heard, 'status' | 'enhanced' | 'tag'>): boolean {
  return statusProblem(expected, heard) === undefined
}

function statusProblem(
  { codes, enhanced, tag }: ExpectedStatus,
  heard: Pick<Heard, 'status' | 'enhanced' | 'tag'>,
): string | undefined {
  if (!codes.some((code) => codeFits(code, heard.status))) return `the code is not ${codes.join(' or ')}`
  if (tag !== undefined && tag !== heard.tag) return `the tag is not ${tag}`
  if (enhanced === undefined) return undefined
  const fits = heard.enhanced !== undefined && enhancedFits(enhanced, heard.enhanced)
  return fits ? undefined : `the enhanced status code is not ${enhanced}`
}

/** `250` `25x` `5xx`; other protocols: the word itself. */
function codeFits(code: string, status: string): boolean {
  if (code === status) return true
  const fixed = code.indexOf('x')
  return fixed > 0 && status.length === code.length && status.startsWith(code.slice(0, fixed))
}

function enhancedFits(wanted: string, enhanced: string): boolean {
  const parts = enhanced.split('.')
  return wanted.split('.').every((part, index) => part === 'x' || part === parts[index])
}

function keywordProblem(lines: readonly ExpectedLine[], heard: Heard): string | undefined {
  const wanted = lines.flatMap(({ keywords }) => keywords)
  if (wanted.length === 0) return undefined
  const announced = ehloKeywords(heard.lines)
  for (const { present, name, parameter } of wanted) {
    const parameters = announced.get(name)
    const there = parameters !== undefined && (parameter === undefined || parameters.includes(parameter))
    const shown = parameter === undefined ? name : `${name} ${parameter}`
    if (present !== there) return present ? `${shown} is not announced` : `${shown} is announced`
  }
  return undefined
}

/** A line of IMAP with literals in it (RFC 9051 §4.3) as a whole, and then by the lines that the literals have. */
function partsOf(line: string): string[] {
  return line.includes('\n') ? [line, ...line.split(/\r?\n/)] : [line]
}

/** Every pattern is found in one line or another. */
function anyLine(expected: readonly ExpectedLine[], heard: Heard, values: Values): Match {
  const captured = new Map<string, string>()
  for (const pattern of expected.flatMap(({ patterns }) => patterns)) {
    const found = firstFound(heard.lines.flatMap(partsOf), (line) => find(pattern, line, values))
    if (!found) return { fits: false, why: `no line has ${printPattern(pattern)}` }
    for (const [name, value] of found) captured.set(name, value)
  }
  return { fits: true, captured }
}

/** Every pattern is found in every line. Captures are those of the last. */
function everyLine(expected: readonly ExpectedLine[], heard: Heard, values: Values): Match {
  const captured = new Map<string, string>()
  for (const pattern of expected.flatMap(({ patterns }) => patterns)) {
    for (const line of heard.lines) {
      const found = firstFound(partsOf(line), (part) => find(pattern, part, values))
      if (!found) return { fits: false, why: `not every line has ${printPattern(pattern)}: ${JSON.stringify(line)}` }
      for (const [name, value] of found) captured.set(name, value)
    }
  }
  return { fits: true, captured }
}

/** Lines that have patterns are found one behind the other; others may stand between. */
function inOrder(expected: readonly ExpectedLine[], heard: Heard, values: Values): Match {
  const captured = new Map<string, string>()
  let from = 0
  const shown = heard.lines.flatMap(partsOf)
  for (const { patterns } of expected) {
    if (patterns.length === 0) continue
    const at = shown.findIndex((line, index) => {
      if (index < from) return false
      const found = patterns.map((pattern) => find(pattern, line, values))
      if (found.some((one) => one === undefined)) return false
      for (const one of found) for (const [name, value] of one ?? []) captured.set(name, value)
      return true
    })
    if (at === -1) {
      const place = from === 0 ? 'no line has' : `no line behind line ${from} has`
      return { fits: false, why: `${place} ${patterns.map(printPattern).join(' and ')}` }
    }
    from = at + 1
  }
  return { fits: true, captured }
}

function firstFound<T>(lines: readonly string[], test: (line: string) => T | undefined): T | undefined {
  for (const line of lines) {
    const found = test(line)
    if (found !== undefined) return found
  }
  return undefined
}
