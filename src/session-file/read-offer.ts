import { CERTIFICATE_KINDS } from '../upstream/certificate-kind.ts'
import { type Cursor, quoted } from './cursor.ts'
import { Misread } from './misread.ts'
import { fromUtf8, type Octets, readString } from './octets.ts'
import type { UpstreamOrder } from './statement.ts'

type Offer = Extract<UpstreamOrder['order'], { kind: 'offer' }>

/** `offer auth USER "PASSWORD"`, `offer tls required certificate expired`; the word `offer` has been read. */
export function readOffer(cursor: Cursor): Offer {
  cursor.skipBlanks()
  const what = cursor.oneOf(['auth', 'tls'], 'what is offered')
  const offer: Offer = what === 'auth' ? readAuth(cursor) : readTls(cursor)
  cursor.end()
  return offer
}

function readAuth(cursor: Cursor): Offer {
  const user = readWord(cursor, 'a user name')
  return { kind: 'offer', what: 'auth', user, password: readWord(cursor, 'a password') }
}

function readTls(cursor: Cursor): Offer {
  const offer: Offer = { kind: 'offer', what: 'tls', policy: 'offered', certificate: 'good' }
  const said = new Set<string>()
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) {
    const place = cursor.place
    const word = cursor.oneOf(['required', 'certificate'], 'how')
    if (said.has(word)) throw Misread.found(place, quoted(word), 'each of required and certificate at most once')
    said.add(word)
    cursor.skipBlanks()
    if (word === 'required') offer.policy = 'required'
    else offer.certificate = cursor.oneOf(CERTIFICATE_KINDS, 'what certificate it shows')
  }
  return offer
}

/** A bare word, or text in quotes; without variables, because it holds before anything is played. */
function readWord(cursor: Cursor, expected: string): string {
  cursor.skipBlanks()
  if (cursor.next === '"') return fixedText(cursor)
  const word = cursor.match(/[^\s"\\$]+/y)
  if (word === undefined) cursor.fail(`${expected}, in quotes where it is more than a plain word`)
  return word
}

/** A text in quotes without variables. */
export function fixedText(cursor: Cursor, expected?: string): string {
  const place = cursor.place
  return withoutVariables(readString(cursor, expected), place)
}

/** @throws Misread */
export function withoutVariables(octets: Octets, place: Cursor['place']): string {
  return octets
    .map((part) => {
      if (typeof part === 'string') return fromUtf8(part)
      throw Misread.found(place, `\${${part.variable}}`, 'a text without variables')
    })
    .join('')
}
