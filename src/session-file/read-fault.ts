import type { Cursor } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { printLimits, printLine, readLimits, readLine } from './read-scarcity.ts'
import type { Fault, FaultOrder } from './statement.ts'

const MACHINES = ['mta', 'store'] as const
const WHAT = ['space', 'inodes'] as const
const SIDES = ['lan', 'internet'] as const
const KINDS = [
  'power-cut',
  'kill',
  'fill-disk',
  'free-disk',
  'cut-off',
  'slow-line',
  'reconnect',
  'limit',
  'unlimit',
  'stop-filter',
  'start-filter',
  'time',
] as const
const UNITS: Readonly<Record<string, number>> = { day: 86_400, hour: 3600, minute: 60, second: 1 }
const UNIT_WORDS = Object.keys(UNITS).flatMap((unit) => [unit, `${unit}s`])
/** Ten years: no server keeps anything for longer. */
const MOST_SECONDS = 10 * 366 * 86_400

/** `fault: power-cut`, `fault: kill store lmtp`, `fault: time 5 days`, `fault: slow-line rate 8kB/s`. */
export function readFault(cursor: Cursor, { place, servers }: Head): Fault {
  cursor.skipBlanks()
  const kind = cursor.oneOf(KINDS, 'a fault')
  const fault = readOrder(cursor, kind)
  cursor.end()
  return { kind: 'fault', place, servers, fault }
}

function readOrder(cursor: Cursor, kind: (typeof KINDS)[number]): FaultOrder {
  switch (kind) {
    case 'power-cut': {
      const of = machine(cursor)
      nothingBut(cursor, MACHINES)
      return { kind, of }
    }
    case 'kill': {
      const of = machine(cursor)
      cursor.skipBlanks()
      return cursor.done ? { kind, of } : { kind, of, daemon: cursor.word('the name of a daemon') }
    }
    case 'fill-disk': {
      const of = machine(cursor)
      const what = optional(cursor, WHAT) ?? 'space'
      nothingBut(cursor, [...MACHINES, ...WHAT])
      return { kind, of, what }
    }
    case 'cut-off': {
      const cable = readCable(cursor)
      nothingBut(cursor, [...MACHINES, ...SIDES])
      return { kind, ...cable }
    }
    case 'slow-line':
      return { kind, ...readCable(cursor), ...readLine(cursor) }
    case 'limit':
      return { kind, of: machine(cursor), ...readLimits(cursor) }
    case 'stop-filter':
    case 'start-filter':
      cursor.skipBlanks()
      return { kind, filter: cursor.word('the name of a filter, such as opendkim') }
    case 'time':
      return { kind, seconds: seconds(cursor) }
    default:
      return { kind }
  }
}

/** Whose cable, and to which side. */
function readCable(cursor: Cursor): { of: 'mta' | 'store'; side: 'lan' | 'internet' } {
  const of = machine(cursor)
  const place = cursor.place
  const side = optional(cursor, SIDES) ?? (of === 'mta' ? 'internet' : 'lan')
  if (of === 'store' && side === 'internet') throw Misread.found(place, 'internet', 'lan: the store is there alone')
  return { of, side }
}

function machine(cursor: Cursor): (typeof MACHINES)[number] {
  return optional(cursor, MACHINES) ?? 'mta'
}

/** One of these words, where it stands next. */
function optional<T extends string>(cursor: Cursor, words: readonly T[]): T | undefined {
  cursor.skipBlanks()
  const next = cursor.peekWord()
  return words.some((word) => word === next) ? cursor.oneOf(words, 'a word') : undefined
}

/** Refuses a word that is none of these, and tells them. One too many of them is left. */
function nothingBut(cursor: Cursor, words: readonly string[]): void {
  cursor.skipBlanks()
  if (!cursor.done && !words.includes(cursor.peekWord())) cursor.oneOf(words, 'the end of the line or one of these')
}

/** `5 days 6 hours`. */
function seconds(cursor: Cursor): number {
  let total = 0
  const expected = 'how much time passes, such as 5 days or 90 minutes'
  const place = cursor.place
  const named = new Set<string>()
  do {
    cursor.skipBlanks()
    const digits = cursor.match(/\d{1,9}/y)
    if (digits === undefined) cursor.fail(expected)
    cursor.skipBlanks()
    const at = cursor.place
    const unit = cursor.oneOf(UNIT_WORDS, 'a unit').replace(/s$/, '')
    if (named.has(unit)) throw Misread.found(at, `${unit}s again`, 'each unit once')
    named.add(unit)
    total += Number(digits) * (UNITS[unit] ?? 0)
    cursor.skipBlanks()
  } while (!cursor.done)
  if (total < 1 || total > MOST_SECONDS) throw Misread.found(place, `${total} seconds`, 'from a second to ten years')
  return total
}

/** What stands behind `fault:`. */
export function printFault(fault: FaultOrder): string {
  switch (fault.kind) {
    case 'power-cut':
      return `${fault.kind} ${fault.of}`
    case 'kill':
      return [fault.kind, fault.of, fault.daemon ?? ''].filter((part) => part !== '').join(' ')
    case 'fill-disk':
      return `${fault.kind} ${fault.of} ${fault.what}`
    case 'cut-off':
      return `${fault.kind} ${fault.of} ${fault.side}`
    case 'slow-line':
      return `${fault.kind} ${fault.of} ${fault.side} ${printLine(fault)}`
    case 'limit':
      return `${fault.kind} ${fault.of} ${printLimits(fault)}`
    case 'stop-filter':
    case 'start-filter':
      return `${fault.kind} ${fault.filter}`
    case 'time':
      return `${fault.kind} ${inWords(fault.seconds)}`
    default:
      return fault.kind
  }
}

function inWords(seconds: number): string {
  let left = seconds
  return Object.entries(UNITS)
    .flatMap(([unit, length]) => {
      const count = Math.floor(left / length)
      left -= count * length
      return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]
    })
    .join(' ')
}
