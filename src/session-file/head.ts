import { MTA_NAMES } from '../servers/registry.ts'
import { RELEASES } from '../servers/release.ts'
import type { Place } from '../yaml/place.ts'
import { type Cursor, quoted } from './cursor.ts'
import { Misread } from './misread.ts'
import { fromUtf8, readString } from './octets.ts'

/** What begins a statement: `S*(bob)[exim]:`, `mailbox jim:`, `wait`. */
export interface Head {
  place: Place
  verb: string
  /** Directly behind the verb: `=` or `*`. */
  mark: string
  /** In parentheses; empty without. */
  connection: string
  /** A mailbox, an account, an upstream or a filter; empty without. */
  target: string
  /** Of a mailbox, where it is named. */
  folder?: string
  /** In brackets. */
  servers: readonly string[]
}

interface Shape {
  marks?: string
  connection?: boolean
  target?: 'needed' | 'allowed'
  folder?: boolean
  servers?: boolean
  /** `later`: other words stand before it. */
  colon?: boolean | 'later'
}

/** Every verb, and what may stand at it. */
const SHAPES: Record<string, Shape> = {
  C: { marks: '=', connection: true, colon: true },
  S: { marks: '*', connection: true, servers: true, colon: true },
  or: { marks: '*', colon: true },
  connect: { connection: true },
  tls: { connection: true },
  auth: { connection: true },
  message: { connection: true },
  'half-close': { connection: true },
  close: { connection: true },
  reset: { connection: true },
  wait: {},
  timeout: {},
  flush: {},
  sendmail: { servers: true, colon: 'later' },
  fault: { servers: true, colon: true },
  mailbox: { target: 'needed', folder: true, servers: true, colon: true },
  local: { target: 'needed', servers: true, colon: true },
  upstream: { target: 'allowed', servers: true, colon: true },
  milter: { target: 'allowed', servers: true, colon: true },
  policy: { target: 'allowed', servers: true, colon: true },
  queue: { servers: true, colon: true },
  log: { servers: true, colon: true },
}

export const VERBS: readonly string[] = Object.keys(SHAPES)

/** What `[…]` may name: an MTA, a release, or one from the other. */
function serverNames(): string[] {
  return [...MTA_NAMES, ...RELEASES, ...MTA_NAMES.flatMap((mta) => RELEASES.map((release) => `${mta}-${release}`))]
}

const NAME = /[A-Za-z][A-Za-z0-9_-]*/y

export function readHead(cursor: Cursor): Head {
  cursor.skipBlanks()
  const place = cursor.place
  const verb = cursor.match(NAME)
  if (verb === undefined) cursor.fail(`a statement: ${VERBS.join(', ')}`)
  // Not by index: `constructor` is no verb.
  const shape = Object.hasOwn(SHAPES, verb) ? SHAPES[verb] : undefined
  if (!shape) throw Misread.none(place, quoted(verb), 'a statement', verb, VERBS)
  const mark = shape.marks?.includes(cursor.next) ? cursor.shift() : ''
  const connection = shape.connection && cursor.take('(') ? readConnection(cursor) : ''
  const target = shape.target ? readTarget(cursor, shape.target) : ''
  const folder = shape.folder ? readFolder(cursor) : undefined
  const servers = shape.servers && cursor.take('[') ? readServers(cursor) : []
  if (shape.colon === true) cursor.expect(':', `":" after ${verb}`)
  else if (!cursor.done && !' \t'.includes(cursor.next) && !(shape.colon && cursor.next === ':')) {
    cursor.fail(`a space after ${verb}`)
  }
  return { place, verb, mark, connection, target, servers, ...(folder === undefined ? {} : { folder }) }
}

function readConnection(cursor: Cursor): string {
  const name = cursor.match(NAME)
  if (name === undefined) cursor.fail('the name of a connection')
  cursor.expect(')', '")" after the name of the connection')
  return name
}

function readTarget(cursor: Cursor, need: 'needed' | 'allowed'): string {
  cursor.skipBlanks()
  const target = cursor.match(/[^\s":,[\]/]+/y)
  if (target === undefined && need === 'needed') cursor.fail('a name, such as jim')
  return target ?? ''
}

/** `folder Junk`, `folder "Sent Items"`, where it is there. */
function readFolder(cursor: Cursor): string | undefined {
  cursor.skipBlanks()
  if (cursor.peekWord() !== 'folder') return undefined
  cursor.word('folder')
  cursor.skipBlanks()
  const place = cursor.place
  if (cursor.next === '"') {
    const name = readString(cursor)
      .map((part) => (typeof part === 'string' ? fromUtf8(part) : undefined))
      .join('')
    if (name === '') throw Misread.found(place, 'a folder without a name', 'its path, such as "Junk"')
    return name
  }
  const name = cursor.match(/[^\s":,[\]]+/y)
  if (name === undefined) cursor.fail('the path of a folder, such as Junk')
  return name
}

function readServers(cursor: Cursor): string[] {
  const servers: string[] = []
  do {
    cursor.skipBlanks()
    const place = cursor.place
    const name = cursor.word('the name of a server')
    const known = serverNames()
    if (!known.includes(name)) throw Misread.none(place, quoted(name), 'the name of a server', name, known)
    servers.push(name)
    cursor.skipBlanks()
  } while (cursor.take(','))
  cursor.expect(']', '"," or "]" after the name of a server')
  return servers
}
