import { type Cursor, quoted } from './cursor.ts'
import { Misread } from './misread.ts'
import { type Connect, isOfMta, type Protocol } from './statement.ts'
import { readCount } from './units.ts'

type Approach = Pick<Connect, 'side' | 'client' | 'port' | 'ipv6'>

/** `port 2525 from lan over ipv6`, behind the protocol: where to and where from. */
export function readApproach(cursor: Cursor, protocol: Protocol): Approach {
  const approach: Approach = {}
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) {
    const place = cursor.place
    const word = cursor.oneOf(['from', 'port', 'over'], 'the word')
    if (!isOfMta(protocol)) {
      throw Misread.found(
        place,
        quoted(word),
        'the end of the line: the mail store stands on the lan only, at its ports',
      )
    }
    const known = { port: approach.port, from: approach.side ?? approach.client, over: approach.ipv6 }[word]
    if (known !== undefined) throw Misread.found(place, quoted(word), 'each of from, port and over at most once')
    cursor.skipBlanks()
    if (word === 'port') approach.port = readPort(cursor)
    else if (word === 'over') approach.ipv6 = cursor.oneOf(['ipv4', 'ipv6'], 'the kind of address') === 'ipv6'
    else Object.assign(approach, readOrigin(cursor))
  }
  return approach
}

function readPort(cursor: Cursor): number {
  const place = cursor.place
  const port = readCount(cursor, 'a port')
  if (port < 1 || port > 65_535) throw Misread.found(place, String(port), 'a port from 1 to 65535')
  return port
}

function readOrigin(cursor: Cursor): Pick<Approach, 'side' | 'client'> {
  const name = cursor.match(/[A-Za-z0-9][A-Za-z0-9.-]*/y)
  if (name === undefined) cursor.fail('lan, internet, or the name of one of the clients of the topology')
  return name === 'lan' || name === 'internet' ? { side: name } : { client: name.toLowerCase() }
}
