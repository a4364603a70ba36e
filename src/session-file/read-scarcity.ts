import type { Cursor } from './cursor.ts'
import { Misread } from './misread.ts'
import { readCount, readDuration } from './units.ts'

/** Of a slow line; at least one of both. */
interface Line {
  bytesPerSecond?: number
  latencyMs?: number
}

/** Of a machine; at least one of both. */
interface Limits {
  mebibytes?: number
  descriptors?: number
}

/** `rate 8kB/s latency 200ms`, or one of them. */
export function readLine(cursor: Cursor): Line {
  return readPairs<Line>(cursor, 'how slow the line is', {
    rate: () => ({ bytesPerSecond: readRate(cursor) }),
    latency: () => ({ latencyMs: inRange(cursor, () => readDuration(cursor), [1, 10_000], 'a latency', 'ms') }),
  })
}

/** `memory 64MiB descriptors 40`, or one of them. */
export function readLimits(cursor: Cursor): Limits {
  return readPairs<Limits>(cursor, 'what is limited', {
    memory: () => ({ mebibytes: readMebibytes(cursor) }),
    descriptors: () => ({
      descriptors: inRange(cursor, () => readCount(cursor), [16, 100_000], 'a number of descriptors', ''),
    }),
  })
}

/** At least one of these words, each once and each with what stands behind it. */
function readPairs<T extends object>(cursor: Cursor, expected: string, readers: Record<string, () => T>): T {
  const read = new Map<string, T>()
  do {
    cursor.skipBlanks()
    const place = cursor.place
    const word = cursor.oneOf(Object.keys(readers), expected)
    if (read.has(word)) throw Misread.found(place, `${word} again`, 'each of them once')
    cursor.skipBlanks()
    const value = readers[word]?.()
    if (value !== undefined) read.set(word, value)
    cursor.skipBlanks()
  } while (!cursor.done)
  return Object.assign({}, ...read.values())
}

/** Octets a second. */
function readRate(cursor: Cursor): number {
  const place = cursor.place
  const expected = 'a rate such as 500B/s, 8kB/s or 1MB/s'
  const written = cursor.match(/\d{1,9}\s*(?:B|kB|MB)\/s/y)
  if (written === undefined) cursor.fail(expected)
  const [, digits, unit = ''] = /(\d+)\s*(\w+)/.exec(written) ?? []
  const octets = Number(digits) * (RATES[unit] ?? Number.NaN)
  if (octets < 100 || octets > 125_000_000) throw Misread.found(place, written, `${expected}, from 100B/s to 125MB/s`)
  return octets
}

const RATES: Readonly<Record<string, number>> = { B: 1, kB: 1000, MB: 1_000_000 }

function readMebibytes(cursor: Cursor): number {
  const place = cursor.place
  const written = cursor.match(/\d{1,7}\s*MiB/y)
  if (written === undefined) cursor.fail('an amount of memory such as 64MiB')
  const mebibytes = Number.parseInt(written, 10)
  if (mebibytes < 6 || mebibytes > 1_048_576) throw Misread.found(place, written, 'from 6MiB to 1048576MiB')
  return mebibytes
}

function inRange(
  cursor: Cursor,
  read: () => number,
  [from, to]: readonly [number, number],
  what: string,
  unit: string,
): number {
  const place = cursor.place
  const value = read()
  if (value < from || value > to)
    throw Misread.found(place, `${value}${unit}`, `${what} from ${from}${unit} to ${to}${unit}`)
  return value
}

/** What stands behind the side of a `slow-line`. */
export function printLine({ bytesPerSecond, latencyMs }: Line): string {
  return [
    ...(bytesPerSecond === undefined ? [] : [`rate ${printRate(bytesPerSecond)}`]),
    ...(latencyMs === undefined ? [] : [`latency ${latencyMs}ms`]),
  ].join(' ')
}

/** What stands behind the machine of a `limit`. */
export function printLimits({ mebibytes, descriptors }: Limits): string {
  return [
    ...(mebibytes === undefined ? [] : [`memory ${mebibytes}MiB`]),
    ...(descriptors === undefined ? [] : [`descriptors ${descriptors}`]),
  ].join(' ')
}

function printRate(octets: number): string {
  const [unit, size] = Object.entries(RATES).findLast(([, of]) => octets % of === 0) ?? ['B', 1]
  return `${octets / size}${unit}/s`
}
