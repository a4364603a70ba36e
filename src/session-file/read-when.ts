import { InputError } from '../errors/mailrig-error.ts'
import type { Cursor } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { readAddress } from './read-upstream-order.ts'
import type { When } from './statement.ts'
import { readCount } from './units.ts'

interface Conditions {
  when: When
  /** Whether such an address is known there. */
  known: (which: 'from' | 'to') => boolean
  stage: string
}

/** Reads what belongs to a condition of a filter's order; false where the word is none. */
export function readWhen(cursor: Cursor, word: string, { when, known, stage }: Conditions): boolean {
  if (word === 'times' || word === 'number') {
    const place = cursor.place
    const count = readCount(cursor)
    if (count === 0) throw Misread.found(place, `${word} 0`, `${word} 1 or more: such an order never serves`)
    when[word] = count
    return true
  }
  if (word !== 'from' && word !== 'to') return false
  const place = cursor.place
  if (!known(word)) throw Misread.found(place, `"${word}" at ${stage}`, 'a stage at which it is known')
  when[word] = readAddress(cursor, place)
  return true
}

/** An order of a filter is for all servers. @throws Misread */
export function refuseServers({ servers, place }: Head): void {
  if (servers.length === 0) return
  throw new Misread(place, 'found a filter told what to do for some servers, expected the same for all')
}

/** @throws Misread where the check says that such an action cannot be */
export function checked(place: Cursor['place'], check: () => void): void {
  try {
    check()
  } catch (error) {
    if (error instanceof InputError) throw new Misread(place, `found an action that cannot be: ${error.message}`)
    throw error
  }
}
