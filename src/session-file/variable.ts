import type { Place } from '../yaml/place.ts'
import type { Cursor } from './cursor.ts'
import { Misread } from './misread.ts'

/** `${name}`: something captured before, or one of {@link BUILT_IN}. */
export interface Variable {
  variable: string
  place: Place
}

/** Variables every file has. */
export const BUILT_IN = {
  /** The name of the server spoken to. */
  host: 'the host name of the MTA',
  /** Letters and digits. */
  id: 'a word no other play has, for a Message-ID',
  /** RFC 5322 §3.3. */
  date: 'the time the play began',
} as const

/** What variables hold when a file is played. */
export type Values = ReadonlyMap<string, string>

export function readVariable(cursor: Cursor): Variable {
  const place = cursor.place
  cursor.expect('${')
  const variable = cursor.match(/[A-Za-z_][A-Za-z0-9_]*/y)
  if (variable === undefined) cursor.fail('the name of a variable; a literal "${" is written \\${')
  if (!cursor.take('}')) throw Misread.found(cursor.place, cursor.found(), '"}" after the name of the variable')
  return { variable, place }
}
