import { octetsOf } from '../topology/size.ts'
import type { Cursor } from './cursor.ts'
import { Misread } from './misread.ts'

const LONGEST_MS = 300_000
const LARGEST = 67_108_864
const MOST = 100_000

/** Reads `200ms` or `2s`. Milliseconds. */
export function readDuration(cursor: Cursor): number {
  const place = cursor.place
  const number = cursor.match(/\d{1,9}/y)
  if (number === undefined) cursor.fail('a time such as 200ms or 2s')
  cursor.skipBlanks()
  const unit = cursor.match(/[A-Za-z]+/y)
  const ms = unit === 'ms' ? Number(number) : unit === 's' ? Number(number) * 1000 : undefined
  if (ms === undefined) throw Misread.found(place, `${number}${unit ?? ''}`, 'a time such as 200ms or 2s')
  if (ms > LONGEST_MS) throw Misread.found(place, `${number}${unit}`, 'a time of at most 300s')
  return ms
}

/** Reads a size as a topology has it: `1048576`, `512K`, `10M`, `10MiB`. Octets. */
export function readSize(cursor: Cursor): number {
  const place = cursor.place
  const expected = 'a size such as 1048576, 512K or 10M'
  const written = cursor.match(/\d[\dA-Za-z]*/y)
  if (written === undefined) cursor.fail(expected)
  const octets = octetsOf(written)
  if (octets === undefined) throw Misread.found(place, written, expected)
  if (octets > LARGEST) throw Misread.found(place, written, 'at most 64M')
  return octets
}

/** Reads a whole number. */
export function readCount(cursor: Cursor, expected = 'a number'): number {
  const place = cursor.place
  const digits = cursor.match(/\d{1,9}/y)
  if (digits === undefined) cursor.fail(expected)
  const count = Number(digits)
  if (count > MOST) throw Misread.found(place, digits, `${expected}, at most ${MOST}`)
  return count
}
