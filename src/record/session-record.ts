import type { ParsedReply } from '../session/reply.ts'
import { enhancedCode } from '../session/reply.ts'
import { ReplyParser } from '../session/reply-parser.ts'
import type { Octets } from '../session-file/octets.ts'
import type { Expect, Expectation, SentLine, Statement } from '../session-file/statement.ts'
import type { Place } from '../yaml/place.ts'
import { type Account, type AuthExchange, authStatement, MASK } from './auth-exchange.ts'

/** Statements that were not read have no place. */
const NOWHERE: Place = { line: 0, column: 0 }

export interface SessionRecordOptions {
  /** As the file is to name it; empty for the one without a name. */
  connection: string
  accounts: readonly Account[]
  /** Takes each statement as it is made: those of several connections stand in the order in which they came. */
  add(statement: Statement): void
}

/** What was said on one SMTP connection, made into statements. Octets in, statements out; speaks to nobody. */
export class SessionRecord {
  readonly #connection: string
  readonly #accounts: readonly Account[]
  readonly #add: (statement: Statement) => void
  readonly #replies = new ReplyParser((reply) => this.#reply(reply))
  /** Of the client: a line that has not ended. */
  #unfinished = ''
  /** Octets of the chunk that BDAT announced. */
  #chunk = 0
  #inMessage = false
  #auth: { command: string; responses: string[]; challenges: string[] } | undefined
  #lastCommand = ''
  #lastReply = 0
  #tlsAgreed = false
  #over = false

  constructor({ connection, accounts, add }: SessionRecordOptions) {
    this.#connection = connection
    this.#accounts = accounts
    this.#add = add
  }

  /** The server has agreed to begin TLS, and the client has not begun yet. */
  get tlsAgreed(): boolean {
    return this.#tlsAgreed
  }

  client(octets: Buffer): void {
    let text = this.#unfinished + octets.toString('latin1')
    this.#unfinished = ''
    while (text !== '') {
      if (this.#chunk > 0) {
        const part = text.slice(0, this.#chunk)
        text = text.slice(part.length)
        this.#chunk -= part.length
        this.#sayAll(part)
        continue
      }
      const end = text.indexOf('\r\n')
      if (end === -1) {
        this.#unfinished = text
        return
      }
      this.#line(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }

  /** @throws ReplyLimitError */
  server(octets: Buffer): void {
    this.#replies.push(octets)
  }

  /** The handshake begins. */
  tls(): void {
    this.#tlsAgreed = false
    this.#add({ kind: 'tls', place: NOWHERE, connection: this.#connection })
  }

  clientClosed(): void {
    if (this.#over) return
    this.#over = true
    this.#flush()
    // Behind QUIT it does not matter who closes first.
    if (this.#lastReply !== 221) this.#add({ kind: 'close', place: NOWHERE, connection: this.#connection })
  }

  serverClosed(): void {
    if (this.#over) return
    this.#over = true
    this.#flush()
    this.#expect({ kind: 'closed', place: NOWHERE })
  }

  #line(line: string): void {
    if (this.#inMessage) {
      if (line === '.') this.#inMessage = false
      this.#say(line, true)
      return
    }
    if (this.#auth) {
      this.#auth.responses.push(line)
      return
    }
    this.#lastCommand = line
    if (/^auth\s/i.test(line)) {
      this.#auth = { command: line, responses: [], challenges: [] }
      return
    }
    this.#chunk = Number(/^bdat\s+(\d{1,10})\b/i.exec(line)?.[1] ?? 0)
    this.#say(line, true)
  }

  #reply(reply: ParsedReply): void {
    this.#flush()
    const { code } = reply
    this.#lastReply = code
    if (this.#auth && code === 334) {
      this.#auth.challenges.push(reply.lines[0] ?? '')
      return
    }
    if (this.#auth) this.#endAuth(this.#auth)
    this.#expect(expectationOf(reply))
    if (code === 354) this.#inMessage = true
    if (code === 220 && /^starttls\s*$/i.test(this.#lastCommand)) this.#tlsAgreed = true
  }

  #endAuth(exchange: AuthExchange): void {
    this.#auth = undefined
    const auth = authStatement(exchange, this.#accounts)
    if (auth) {
      this.#add({ kind: 'auth', place: NOWHERE, connection: this.#connection, ...auth })
      return
    }
    this.#say(exchange.command.replace(/^(\S+\s+\S+\s+)\S.*$/, `$1${MASK}`), true)
    for (const response of exchange.responses) {
      this.#expect(expectationOf({ code: 334, lines: [] }))
      this.#say(response === '*' ? response : MASK, true)
    }
  }

  /** A line that the client has not ended is said all the same, before what answers it. */
  #flush(): void {
    if (this.#unfinished === '') return
    const text = this.#unfinished
    this.#unfinished = ''
    this.#say(this.#auth ? MASK : text, false)
  }

  #sayAll(text: string): void {
    const lines = text.split('\r\n')
    const last = lines.pop() ?? ''
    for (const line of lines) this.#say(line, true)
    if (last !== '') this.#say(last, false)
  }

  #say(text: string, crlf: boolean): void {
    const octets: Octets = text === '' ? [] : [text]
    const line: SentLine = { place: NOWHERE, octets, crlf }
    this.#add({ kind: 'send', place: NOWHERE, connection: this.#connection, lines: [line] })
  }

  #expect(expectation: Expectation): void {
    const expect: Expect = {
      kind: 'expect',
      place: NOWHERE,
      connection: this.#connection,
      choices: [{ servers: [], anyOf: [expectation] }],
    }
    this.#add(expect)
  }
}

/**
 * Codes alone: servers that agree on those differ in enhanced codes and words, and texts have queue ids, names and times. A
 * refusal keeps its enhanced code, in parentheses, and its words for the reader, unasserted.
 */
function expectationOf({ code, lines }: Pick<ParsedReply, 'code' | 'lines'>): Expectation {
  if (code === 0) return { kind: 'any', place: NOWHERE }
  const [first = ''] = lines
  const enhanced = enhancedCode(code, first)
  const text = code < 400 ? '' : enhanced === undefined ? first : `(${enhanced})${first.slice(enhanced.length)}`
  return {
    kind: 'reply',
    place: NOWHERE,
    status: { codes: [String(code)] },
    lines: [{ place: NOWHERE, patterns: [], keywords: [], words: bareWords(text) }],
    every: false,
  }
}

/** Words that assert nothing: what would be read as a pattern, a keyword or a status code is left out. */
function bareWords(text: string): string {
  return text
    .split(/[^\x21-\x7e]+/)
    .filter((word) => word !== '' && word !== 'like' && !/^["/+!]|^\d+\.\d/.test(word))
    .join(' ')
}
