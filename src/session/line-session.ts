import { Connection, type ConnectionOpenOptions, type ConnectionReader, type TlsOptions } from './connection.ts'
import { escapeOctets } from './escape-octets.ts'
import { type ConnectionEnd, TlsError } from './session-error.ts'
import { type Audible, closed, silence } from './stillness.ts'
import type { Transcript } from './transcript.ts'
import type { Wait } from './waits.ts'

const LF = 0x0a
const CR = 0x0d
/** Octets of one line, literals included; a peer that never ends one is given up. */
const LONGEST = 16_777_216
const LITERAL = /\{(\d{1,10})\+?\}$/

/** Octets to lines. A literal (RFC 9051 §4.3) belongs to the line that announces it. */
class LineReader implements ConnectionReader, Audible {
  readonly onOctets = new Set<(chunk: Buffer) => void>()
  readonly onEnd = new Set<(end: ConnectionEnd) => void>()
  readonly unread: string[] = []
  readonly awaited: Wait<string>[] = []
  readonly #literals: boolean
  #buffer: Buffer = Buffer.alloc(0)
  /** From where a line end is looked for. */
  #from = 0

  constructor(literals: boolean) {
    this.#literals = literals
  }

  get pending(): Buffer {
    return this.#buffer
  }

  discard(): void {
    this.#buffer = Buffer.alloc(0)
    this.#from = 0
    this.unread.length = 0
  }

  received(chunk: Buffer): void {
    for (const listener of this.onOctets) listener(chunk)
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    if (this.#buffer.length > LONGEST) throw new Error(`a line of more than ${LONGEST} octets`)
    for (let lf = this.#buffer.indexOf(LF, this.#from); lf !== -1; lf = this.#buffer.indexOf(LF, this.#from)) {
      const end = this.#buffer[lf - 1] === CR ? lf - 1 : lf
      const literal = this.#literals ? LITERAL.exec(this.#buffer.toString('latin1', Math.max(0, end - 16), end)) : null
      this.#from = lf + 1
      if (literal) {
        this.#from += Number(literal[1])
        if (this.#from > LONGEST) throw new Error(`a literal of more than ${LONGEST} octets`)
        if (this.#from > this.#buffer.length) return
        continue
      }
      const line = this.#buffer.toString('utf8', 0, end)
      this.#buffer = this.#buffer.subarray(lf + 1)
      this.#from = 0
      const wait = this.awaited.shift()
      if (wait) wait.resolve(line)
      else this.unread.push(line)
    }
    this.#from = Math.max(this.#from, this.#buffer.length)
  }

  ended(end: ConnectionEnd): void {
    for (const listener of this.onEnd) listener(end)
  }
}

export interface LineSessionOptions extends ConnectionOpenOptions {
  /** Lines may hold literals, as in IMAP and ManageSieve. Default false. */
  literals?: boolean
}

/** A dialogue in lines, of a protocol that is not SMTP: IMAP, POP3, ManageSieve. Knows no replies, only lines. */
export class LineSession {
  readonly #connection: Connection
  readonly #reader: LineReader

  private constructor(connection: Connection, reader: LineReader) {
    this.#connection = connection
    this.#reader = reader
  }

  /** Connects, and waits for nothing. @throws ConnectError, TlsError, SessionWaitError */
  static async open(options: LineSessionOptions): Promise<LineSession> {
    const { literals = false, ...open } = options
    const reader = new LineReader(literals)
    return new LineSession(await Connection.open(open, reader), reader)
  }

  get transcript(): Transcript {
    return this.#connection.transcript
  }

  get end(): ConnectionEnd | undefined {
    return this.#connection.end
  }

  /** Sends octets exactly. @throws SessionEndedError */
  write(octets: Buffer | string): void {
    this.#connection.write(octets)
  }

  /** The next line, without its line end. @throws SessionWaitError, SessionEndedError */
  line(timeoutMs: number | undefined = this.#connection.timeoutMs): Promise<string> {
    const reader = this.#reader
    const line = reader.unread.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (this.end) return Promise.reject(this.#connection.endedError('a line'))
    const wait = this.#connection.waits.start<string>(
      () => 'a line',
      timeoutMs,
      () => reader.awaited.splice(reader.awaited.indexOf(wait), 1),
    )
    reader.awaited.push(wait)
    return wait.promise
  }

  /** The handshake, after the server has agreed to it. @throws TlsError also for octets in clear text before it */
  async beginTls(options: TlsOptions = {}): Promise<void> {
    const { unread, pending } = this.#reader
    const came = unread.join('\n') + escapeOctets(pending)
    if (came !== '') {
      throw new TlsError(`Expected nothing before the TLS handshake, but came: ${came}`, this.#connection.formatted())
    }
    this.#reader.discard()
    await this.#connection.startTls(options)
  }

  halfClose(): void {
    this.#connection.halfClose()
  }

  destroy(options?: { reset?: boolean }): void {
    this.#connection.destroy(options)
  }

  silence(ms: number): Promise<void> {
    const { unread, pending } = this.#reader
    return silence(
      this.#connection,
      this.#reader,
      ms,
      unread.length > 0 ? JSON.stringify(unread[0]) : escapeOctets(pending),
    )
  }

  closed(timeoutMs?: number): Promise<ConnectionEnd> {
    return closed(this.#connection, this.#reader, timeoutMs)
  }
}
