import { InputError } from '../errors/mailrig-error.ts'
import { Connection, type ConnectionOpenOptions, type TlsOptions, type TlsState } from './connection.ts'
import { stuff, toCrlf } from './dot-stuffing.ts'
import { ehloKeywords } from './ehlo.ts'
import { type EsmtpParams, mailCommand, rcptCommand } from './envelope-command.ts'
import { escapeOctets } from './escape-octets.ts'
import { formatReply, type Reply } from './reply.ts'
import type { ReplyLimits } from './reply-parser.ts'
import { type AwaitedReply, ReplyReader } from './reply-reader.ts'
import { type Credentials, type SaslClient, saslClient } from './sasl.ts'
import { type ConnectionEnd, TlsError } from './session-error.ts'
import { closed, silence } from './stillness.ts'
import type { Transcript } from './transcript.ts'

export interface SessionOptions extends ConnectionOpenOptions {
  /** LMTP greets with LHLO and answers the end of data once a recipient (RFC 2033). Default `smtp`. */
  protocol?: 'smtp' | 'lmtp'
  /** False: do not wait for the greeting, which the first `reply()` then is. Default true. */
  awaitGreeting?: boolean
  limits?: ReplyLimits
}

export interface WaitOptions {
  /** Milliseconds. Default: the session's. */
  timeoutMs?: number
}

export interface EhloResult {
  reply: Reply
  /** Keyword in upper case → parameters. Empty when EHLO was refused. */
  keywords: Map<string, string[]>
}

export interface DataOptions extends WaitOptions {
  /** Sends the octets as they are: doubles no dots, and adds no end of data. Default false. */
  raw?: boolean
}

export interface AuthOptions extends Credentials {
  /** False: the client's first words wait for the server to ask (RFC 4954 §4). Default true. */
  initialResponse?: boolean
}

export interface StartTlsOptions extends TlsOptions {
  /** Octets sent in the same write as STARTTLS, in clear text: an injection a server must discard (RFC 3207 §4.2). */
  inject?: string | Buffer
  /** Go on although the server sent octets past the 220; they are in `bufferedBeforeTls`. Default false. */
  allowBuffered?: boolean
}

/**
 * Opens a session and waits for the greeting.
 *
 * @throws ConnectError, TlsError, SessionWaitError, SessionEndedError
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const reader = new ReplyReader(options.limits)
  const connection = await Connection.open(options, reader)
  const session = new Session(connection, reader, options.protocol ?? 'smtp')
  if (options.awaitGreeting === false) return session
  try {
    await session.reply()
  } catch (error) {
    connection.destroy()
    throw error
  }
  return session
}

/**
 * One SMTP or LMTP dialogue, line by line. Commands say nothing about what they expect: a refusal is a reply like any
 * other. What rejects is a wait that ends without its reply: SessionWaitError when time ran out, SessionEndedError as
 * soon as the server closes. Both carry the transcript.
 */
export class Session {
  readonly protocol: 'smtp' | 'lmtp'
  /** Octets the server sent in clear text past the 220 of STARTTLS: an injection, if there are any. */
  bufferedBeforeTls: Buffer = Buffer.alloc(0)
  readonly #connection: Connection
  readonly #reader: ReplyReader

  constructor(connection: Connection, reader: ReplyReader, protocol: 'smtp' | 'lmtp') {
    this.#connection = connection
    this.#reader = reader
    this.protocol = protocol
  }

  get name(): string {
    return this.transcript.name
  }

  /** @throws InputError where the greeting has not been read, with `awaitGreeting: false`. */
  get greeting(): Reply {
    if (this.#reader.greeting) return this.#reader.greeting
    throw new InputError('The greeting has not come yet.', {
      code: 'NO_GREETING',
      remedy: 'Await reply() first, or leave out awaitGreeting.',
    })
  }

  get transcript(): Transcript {
    return this.#connection.transcript
  }

  /** The transcript for people, secrets masked. */
  get formatted(): string {
    return this.#connection.formatted()
  }

  /** Undefined while in clear text. */
  get tls(): TlsState | undefined {
    return this.#connection.tls
  }

  /** How the connection ended; undefined while it stands. */
  get end(): ConnectionEnd | undefined {
    return this.#connection.end
  }

  /** Our own address and port. */
  get local(): { address: string; port: number } {
    return this.#connection.local
  }

  /** Sends one line and CRLF, and waits for its reply. */
  command(line: string, options?: WaitOptions): Promise<Reply> {
    this.#send(`${line}\r\n`)
    return this.#next(() => `the reply to ${shown(line)}`, options, line)
  }

  /** Sends octets exactly, a string as UTF-8. Waits for nothing. @throws SessionEndedError */
  write(octets: string | Buffer): void {
    this.#reader.lastSentAt = this.#connection.write(octets)
  }

  /** The next complete reply, whatever it is to. */
  reply(options?: WaitOptions): Promise<Reply> {
    return this.#next(() => (this.#reader.greeting ? 'a reply' : 'the greeting'), options)
  }

  /** Sends the lines in one write (RFC 2920) and waits for as many replies. */
  pipeline(lines: readonly string[], options?: WaitOptions): Promise<Reply[]> {
    if (lines.length === 0) return Promise.resolve([])
    this.#send(`${lines.join('\r\n')}\r\n`)
    return Promise.all(lines.map((line) => this.#next(() => `the reply to ${shown(line)}`, options, line)))
  }

  /** EHLO, or LHLO in LMTP. Default name `client.example`. */
  async ehlo(name = 'client.example'): Promise<EhloResult> {
    const reply = await this.command(`${this.protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${name}`)
    return { reply, keywords: reply.code === 250 ? ehloKeywords(reply.lines) : new Map() }
  }

  helo(name = 'client.example'): Promise<Reply> {
    return this.command(`HELO ${name}`)
  }

  /** @param reversePath with or without angle brackets; empty for the null reverse-path. */
  mailFrom(reversePath: string, params?: EsmtpParams): Promise<Reply> {
    return this.command(mailCommand(reversePath, params))
  }

  rcptTo(path: string, params?: EsmtpParams): Promise<Reply> {
    return this.command(rcptCommand(path, params))
  }

  /**
   * DATA, the message, the end of data. A Buffer is sent octet for octet but for doubled dots (RFC 5321 §4.5.2); a
   * string is text, its line ends made CRLF. The reply is the one to the message, or to DATA when that was refused.
   */
  async data(message: Buffer | string, options: DataOptions = {}): Promise<Reply> {
    const asked = await this.command('DATA', options)
    if (asked.code !== 354) return asked
    return this.content(message, options)
  }

  /** The message alone, after a 354 that has come already. */
  content(message: Buffer | string, options: DataOptions = {}): Promise<Reply> {
    this.#reader.accepted = 0
    this.#send(options.raw ? message : stuff(octetsOf(message)))
    return this.#next(() => 'the reply to the end of data', options)
  }

  /**
   * As `data`, with one reply for each recipient accepted before (RFC 2033 §4.2); one reply when DATA is refused.
   *
   * @throws InputError when no recipient was accepted, because then nothing can be awaited.
   */
  async dataLmtp(message: Buffer | string, options: DataOptions & { recipients?: number } = {}): Promise<Reply[]> {
    const recipients = options.recipients ?? this.#reader.accepted
    const asked = await this.command('DATA', options)
    if (asked.code !== 354) return [asked]
    if (recipients === 0) {
      throw new InputError('The server asks for a message although no recipient was accepted.', {
        code: 'NO_RECIPIENTS',
        remedy: 'Look at the replies to RCPT, or say how many replies to expect: dataLmtp(message, { recipients }).',
      })
    }
    const first = this.content(message, options)
    const rest = Array.from({ length: recipients - 1 }, (_, index) =>
      this.#next(() => `the reply for recipient ${index + 2} of ${recipients}`, options),
    )
    return Promise.all([first, ...rest])
  }

  /** One chunk (RFC 3030 §2), octets as they are, in one write with its command. */
  bdat(chunk: Buffer | string, options: WaitOptions & { last?: boolean } = {}): Promise<Reply> {
    const octets = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    const line = `BDAT ${octets.length}${options.last ? ' LAST' : ''}`
    this.#send(Buffer.concat([Buffer.from(`${line}\r\n`), octets]))
    return this.#next(() => `the reply to ${line}`, options)
  }

  /**
   * STARTTLS and the handshake (RFC 3207). A reply other than 220 is returned and nothing else is done.
   *
   * @throws TlsError when the handshake fails, or the server sent octets in clear text past the 220
   */
  async startTls(options: StartTlsOptions = {}): Promise<Reply> {
    const { inject, ...begin } = options
    const line = Buffer.from('STARTTLS\r\n')
    this.#send(inject === undefined ? line : Buffer.concat([line, Buffer.from(inject)]))
    const reply = await this.#next(() => 'the reply to STARTTLS', undefined)
    if (reply.code === 220) await this.beginTls(begin)
    return reply
  }

  /**
   * The handshake alone, after a 220 that has come already.
   *
   * @throws TlsError when it fails, or the server sent octets in clear text past the 220
   */
  async beginTls(options: Omit<StartTlsOptions, 'inject'> = {}): Promise<void> {
    const { allowBuffered, ...tls } = options
    this.bufferedBeforeTls = Buffer.concat([...this.#reader.unread.map(({ raw }) => raw), this.#reader.parser.pending])
    if (this.bufferedBeforeTls.length > 0 && !allowBuffered) {
      throw new TlsError(
        `Expected nothing between the 220 to STARTTLS and the handshake, but came: ${escapeOctets(this.bufferedBeforeTls)}`,
        this.formatted,
        { remedy: 'A client that goes on could be fed forged replies. To go on nevertheless: allowBuffered: true.' },
      )
    }
    this.#reader.discard()
    await this.#connection.startTls(tls)
  }

  /**
   * AUTH (RFC 4954): the whole exchange, and the reply that ends it. Where the client speaks first, its words go with
   * the command, unless told otherwise.
   *
   * @throws SaslError when a challenge is not what the mechanism has; the exchange has been cancelled by then
   * @example await session.auth({ mechanism: 'CRAM-MD5', user: 'jim@example.com', password: 'secret' })
   */
  async auth(credentials: AuthOptions): Promise<Reply> {
    const { initialResponse = true, ...own } = credentials
    const client = saslClient(own)
    const command = `AUTH ${own.mechanism ?? 'PLAIN'}`
    let first = client.initial
    let reply: Reply
    if (first && initialResponse) {
      // RFC 4954 §4: an empty one is "=".
      reply = await this.command(`${command} ${first.toString('base64') || '='}`)
      first = undefined
    } else reply = await this.command(command)
    while (reply.code === 334) {
      const response = first ?? (await this.#respond(client, Buffer.from(reply.text, 'base64')))
      first = undefined
      reply = await this.command(response.toString('base64'))
    }
    return reply
  }

  async #respond(client: SaslClient, challenge: Buffer): Promise<Buffer> {
    try {
      return client.respond(challenge)
    } catch (error) {
      await this.command('*')
      throw error
    }
  }

  rset(): Promise<Reply> {
    return this.command('RSET')
  }

  /** QUIT, its reply, and the end of the connection. */
  async quit(options?: WaitOptions): Promise<Reply> {
    const reply = await this.command('QUIT', options)
    if (!this.end) await this.closed(options?.timeoutMs)
    return reply
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.#connection.halfClose()
  }

  /** Ends the connection at once, without QUIT; `reset` sends RST. Open waits reject. */
  destroy(options?: { reset?: boolean }): void {
    this.#connection.destroy(options)
  }

  /**
   * Resolves when nothing came for that long.
   *
   * @throws NotSilentError as soon as anything comes: octets, or the end of the connection
   */
  silence(ms: number): Promise<void> {
    const { unread, parser } = this.#reader
    const came = unread[0] ? formatReply(unread[0]) : escapeOctets(parser.pending)
    return silence(this.#connection, this.#reader, ms, came)
  }

  /** Resolves when the connection has ended, and says how. Replies that come before stay readable. */
  closed(timeoutMs?: number): Promise<ConnectionEnd> {
    return closed(this.#connection, this.#reader, timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }

  /** As `write`, but for a reply that is awaited next: that wait tells of the end, and of a 421 that came before it. */
  #send(octets: string | Buffer): void {
    if (this.end) this.#connection.note('not sent: the connection has ended')
    else this.write(octets)
  }

  #next(what: () => string, options: WaitOptions | undefined, line?: string): Promise<Reply> {
    const reader = this.#reader
    const unread = reader.unread.shift()
    if (unread) {
      reader.answered(line, unread)
      return Promise.resolve(unread)
    }
    if (this.end) return Promise.reject(this.#connection.endedError(what()))
    const wait = this.#connection.waits.start<Reply>(what, options?.timeoutMs ?? this.#connection.timeoutMs, () =>
      reader.forget(awaited),
    )
    const awaited: AwaitedReply = { line, wait, sentAt: reader.lastSentAt }
    reader.awaited.push(awaited)
    return wait.promise
  }
}

function octetsOf(message: Buffer | string): Buffer {
  return typeof message === 'string' ? Buffer.from(toCrlf(message)) : message
}

/** A command for an error message: no secrets, and no more than a line. */
function shown(line: string): string {
  const auth = /^auth\s+\S+/i.exec(line)
  if (auth) return auth[0]
  return line.length > 80 ? `${line.slice(0, 80)}… (${line.length} characters)` : line
}
