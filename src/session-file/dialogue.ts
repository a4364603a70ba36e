import { SIMPLE_MECHANISMS } from '../topology/mechanisms.ts'
import type { Place } from '../yaml/place.ts'
import { Cursor } from './cursor.ts'
import { type Head, readHead } from './head.ts'
import { Misread } from './misread.ts'
import { type Octets, readOctets, readString } from './octets.ts'
import { type Pattern, variablesOf } from './pattern.ts'
import { readApproach } from './read-approach.ts'
import { readFault } from './read-fault.ts'
import { readLocalSubmission } from './read-local-submission.ts'
import { isMilterOrder, readMilterOrder } from './read-milter-order.ts'
import { readFileName, readLog, readMessages, readQueue } from './read-outcome.ts'
import { readPolicyOrder } from './read-policy-order.ts'
import { isOrder, readUpstreamOrder } from './read-upstream-order.ts'
import { ReplyGroup } from './reply-group.ts'
import {
  type Auth,
  type Choice,
  type Connect,
  dialectOf,
  type Expect,
  type Expectation,
  type LocalSubmission,
  type LogOutcome,
  type Message,
  type MessagesOutcome,
  PROTOCOLS,
  type Protocol,
  type SentLine,
  type Statement,
} from './statement.ts'
import { readDuration, readSize } from './units.ts'
import { BUILT_IN, type Variable } from './variable.ts'

/** A connection as far as reading needs to know it. */
interface Spoken {
  protocol: Protocol
  /** Something was expected on it. */
  greeted: boolean
}

type Building = Omit<Expect, 'choices'> & { choices: Choice[] }

interface Last {
  expect: Building
  spoken: Spoken
  greeting: boolean
  /** Does one of its choices name one of these servers? */
  names(servers: readonly string[]): boolean
}

/**
 * Reads the lines below the front matter.
 *
 * @param first the number of the first line in its file
 * @throws Misread at the first wrong place
 */
export function readDialogue(lines: readonly string[], first: number): Statement[] {
  const dialogue = new Dialogue()
  for (const [index, text] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(text)) continue
    dialogue.read(new Cursor(text, first + index))
  }
  return dialogue.end({ line: first + lines.length - 1, column: (lines.at(-1)?.length ?? 0) + 1 })
}

class Dialogue {
  readonly #statements: Statement[] = []
  readonly #connections = new Map<string, Spoken>()
  readonly #known = new Set<string>(Object.keys(BUILT_IN))
  /** The reply whose lines are being read, and where it goes. */
  #group: ReplyGroup | undefined
  #anyOf: Expectation[] = []
  /** The expectation directly before, which other servers and `or` may vary. */
  #last: Last | undefined

  read(cursor: Cursor): void {
    if (/^[ \t]*\|/.test(cursor.text)) {
      this.#inputLine(cursor)
      return
    }
    const head = readHead(cursor)
    if (head.verb === 'S' || head.verb === 'or') {
      this.#expectation(cursor, head)
      return
    }
    this.#endGroup(head.place, head.verb)
    this.#last = undefined
    const statement = this.#statement(cursor, head)
    if (statement) this.#statements.push(statement)
  }

  end(place: Place): Statement[] {
    this.#endGroup(place, 'the end of the file')
    return this.#statements
  }

  #statement(cursor: Cursor, head: Head): Statement | undefined {
    const { place, verb, connection } = head
    switch (verb) {
      case 'C':
        return this.#send(cursor, head)
      case 'connect':
        return this.#connect(cursor, head)
      case 'auth':
        return this.#auth(cursor, head)
      case 'message':
        return this.#message(cursor, head)
      case 'tls':
      case 'half-close':
      case 'close':
      case 'reset':
        cursor.end()
        this.#speaking(connection, place)
        return { kind: verb, place, connection }
      case 'wait':
      case 'timeout': {
        cursor.skipBlanks()
        const ms = readDuration(cursor)
        cursor.end()
        if (verb === 'timeout' && ms === 0) throw Misread.found(place, 'no time', 'a time above 0')
        return { kind: verb, place, ms }
      }
      case 'flush':
        cursor.end()
        return { kind: 'flush', place }
      case 'sendmail':
        return this.#submission(readLocalSubmission(cursor, head))
      case 'fault':
        return readFault(cursor, head)
      case 'mailbox':
      case 'local':
        return this.#messages(readMessages(cursor, head, verb))
      case 'upstream':
        return isOrder(cursor) ? readUpstreamOrder(cursor, head) : this.#messages(readMessages(cursor, head, verb))
      case 'milter':
        return isMilterOrder(cursor) ? readMilterOrder(cursor, head) : this.#messages(readMessages(cursor, head, verb))
      case 'policy':
        return readPolicyOrder(cursor, head)
      case 'queue':
        return readQueue(cursor, head)
      case 'log':
        return this.#log(readLog(cursor, head))
      default:
        throw new TypeError(`no reader for ${verb}`)
    }
  }

  #submission(submission: LocalSubmission): LocalSubmission {
    for (const argument of submission.arguments) this.#variables(argument)
    return submission
  }

  /** `| To: jim@example.com`: a line of what the program reads whose line stands before. */
  #inputLine(cursor: Cursor): void {
    cursor.skipBlanks()
    const place = cursor.place
    const before = this.#statements.at(-1)
    if (before?.kind !== 'sendmail') {
      throw Misread.found(place, '"|"', 'a statement; "|" goes with a line "sendmail: …" directly before it')
    }
    if ('file' in before.input) throw Misread.found(place, '"|"', 'no more input: it is that of the file')
    cursor.expect('|')
    cursor.take(' ')
    const octets = this.#variables(readOctets(cursor))
    const lines = [...before.input.lines, { place, octets }]
    this.#statements[this.#statements.length - 1] = { ...before, input: { lines } }
  }

  #messages(outcome: MessagesOutcome): MessagesOutcome {
    for (const { is } of outcome.conditions) if (is.kind !== 'file') this.#check(is)
    return outcome
  }

  #log(outcome: LogOutcome): LogOutcome {
    this.#check(outcome.pattern)
    return outcome
  }

  /** Joins a line to the write before it, where nothing stands between. */
  #send(cursor: Cursor, { place, connection, mark }: Head): Statement | undefined {
    cursor.take(' ')
    const octets = this.#variables(readOctets(cursor))
    this.#speaking(connection, place)
    const line: SentLine = { place, octets, crlf: mark !== '=' }
    const before = this.#statements.at(-1)
    if (before?.kind === 'send' && before.connection === connection) {
      this.#statements[this.#statements.length - 1] = { ...before, lines: [...before.lines, line] }
      return undefined
    }
    return { kind: 'send', place, connection, lines: [line] }
  }

  #connect(cursor: Cursor, { place, connection }: Head): Connect {
    cursor.skipBlanks()
    if (this.#connections.has(connection)) {
      const what = connection === '' ? 'the connection without a name' : `the connection ${connection}`
      throw Misread.found(place, `${what} opened again`, 'another name, in parentheses')
    }
    const protocol = cursor.done ? 'smtp' : cursor.oneOf(PROTOCOLS, 'a protocol')
    this.#connections.set(connection, { protocol, greeted: false })
    return { kind: 'connect', place, connection, protocol, ...readApproach(cursor, protocol) }
  }

  #auth(cursor: Cursor, { place, connection }: Head): Auth {
    cursor.skipBlanks()
    const names = SIMPLE_MECHANISMS.map((mechanism) => mechanism.toLowerCase())
    const mechanism = SIMPLE_MECHANISMS[names.indexOf(cursor.oneOf(names, 'a mechanism'))] ?? 'PLAIN'
    const user = this.#argument(cursor, 'a user name')
    const password = this.#argument(cursor, 'a password')
    cursor.end()
    const { protocol } = this.#speaking(connection, place)
    if (dialectOf(protocol) !== 'smtp') {
      throw Misread.found(place, `auth on ${protocol}`, 'the commands of that protocol, as C: lines')
    }
    return { kind: 'auth', place, connection, mechanism, user, password }
  }

  /** A bare word, or text in quotes. */
  #argument(cursor: Cursor, expected: string): Octets {
    cursor.skipBlanks()
    if (cursor.next === '"') return this.#variables(readString(cursor))
    const word = cursor.match(/[^\s"\\$]+/y)
    if (word === undefined) cursor.fail(`${expected}, in quotes where it is more than a plain word`)
    return [Buffer.from(word, 'utf8').toString('latin1')]
  }

  #message(cursor: Cursor, { place, connection }: Head): Message {
    const { protocol } = this.#speaking(connection, place)
    cursor.skipBlanks()
    const raw = cursor.peekWord() === 'raw'
    if (raw) cursor.word('raw')
    cursor.skipBlanks()
    if (!raw && dialectOf(protocol) !== 'smtp') {
      throw Misread.found(place, `a message with an end of data on ${protocol}`, 'message raw')
    }
    const source = cursor.oneOf(['from', 'of'], 'the word')
    cursor.skipBlanks()
    const from = source === 'from' ? { file: readFileName(cursor) } : { size: this.#size(cursor) }
    const signed = this.#signed(cursor)
    cursor.end()
    return { kind: 'message', place, connection, from, raw, ...(signed ? { signed } : {}) }
  }

  /** `signed sender.example broken body`, where it is there. */
  #signed(cursor: Cursor): Message['signed'] {
    cursor.skipBlanks()
    if (cursor.peekWord() !== 'signed') return undefined
    cursor.word('signed')
    cursor.skipBlanks()
    const domain = cursor.word('the domain that signs, such as sender.example')
    cursor.skipBlanks()
    if (cursor.peekWord() !== 'broken') return { domain }
    cursor.word('broken')
    cursor.skipBlanks()
    return { domain, broken: cursor.oneOf(['body', 'subject'], 'what is changed behind the signature') }
  }

  #size(cursor: Cursor): number {
    const place = cursor.place
    const size = readSize(cursor)
    if (size < 256) throw Misread.found(place, `${size} octets`, 'at least 256: a header takes as much')
    return size
  }

  /** A line of an expected reply: of the one being read, of another choice of the last, or of a new one. */
  #expectation(cursor: Cursor, head: Head): void {
    if (this.#group && !this.#group.accepts(head, cursor)) this.#endGroup(head.place, head.verb)
    const group = this.#group ?? this.#begin(head)
    this.#group = group
    group.read(cursor)
    for (const pattern of group.patterns) this.#check(pattern)
    if (group.complete) this.#endGroup(head.place, head.verb)
  }

  #endGroup(place: Place, found: string): void {
    const group = this.#group
    if (!group) return
    this.#anyOf.push(group.finish(place, found))
    const silence = this.#anyOf.find(({ kind }) => kind === 'silence')
    if (silence && this.#anyOf.length > 1) {
      throw Misread.found(
        silence.place,
        'silence as one of several',
        'silence alone: it takes its whole time to be known',
      )
    }
    for (const pattern of group.patterns) {
      if (pattern.kind === 'regex') for (const name of pattern.captures) this.#known.add(name)
    }
    this.#group = undefined
  }

  /** Finds where the new expectation belongs. */
  #begin(head: Head): ReplyGroup {
    const { place, connection, servers } = head
    const last = this.#last
    if (head.verb === 'or') {
      if (!last) throw Misread.found(place, '"or"', 'an S: line directly before it')
      return new ReplyGroup(head, dialectOf(last.spoken.protocol), last.greeting)
    }
    const anyOf: Expectation[] = []
    this.#anyOf = anyOf
    if (last && servers.length > 0 && last.expect.connection === connection && !last.names(servers)) {
      last.expect.choices.push({ servers, anyOf })
      return new ReplyGroup(head, dialectOf(last.spoken.protocol), last.greeting)
    }
    const spoken = this.#speaking(connection, place)
    const expect: Building = { kind: 'expect', place, connection, choices: [{ servers, anyOf }] }
    this.#last = {
      expect,
      spoken,
      greeting: !spoken.greeted,
      names: (wanted) => expect.choices.some((choice) => choice.servers.some((name) => wanted.includes(name))),
    }
    spoken.greeted = true
    this.#statements.push(expect)
    return new ReplyGroup(head, dialectOf(spoken.protocol), this.#last.greeting)
  }

  /** The connection; opened by its first use where `connect` has not. */
  #speaking(name: string, place: Place): Spoken {
    const known = this.#connections.get(name)
    if (known) return known
    if (name !== '') {
      throw Misread.found(place, `the connection ${name}, which is not open`, `connect(${name}) before it`)
    }
    const spoken: Spoken = { protocol: 'smtp', greeted: false }
    this.#connections.set('', spoken)
    return spoken
  }

  #check(pattern: Pattern): void {
    if (pattern.kind === 'regex') for (const variable of variablesOf(pattern)) this.#isKnown(variable)
    else this.#variables(pattern.octets)
  }

  #variables(octets: Octets): Octets {
    for (const part of octets) if (typeof part !== 'string') this.#isKnown(part)
    return octets
  }

  #isKnown({ variable, place }: Variable): void {
    if (this.#known.has(variable)) return
    throw Misread.found(
      place,
      `\${${variable}}`,
      `one of ${[...this.#known].join(', ')}, or a capture (?<${variable}>…) before it`,
    )
  }
}
