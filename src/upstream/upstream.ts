import type { Socket } from 'node:net'
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerOptions } from 'smtp-server/lib/smtp-server.js'
import { InputError, WaitError } from '../errors/mailrig-error.ts'
import { timed } from '../metrics/waits.ts'
import type { Flaw } from '../tls/certificates.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import { SIMPLE_MECHANISMS } from '../topology/mechanisms.ts'
import { sizeOf } from '../topology/size.ts'
import type { Action, Stage } from './action.ts'
import { Attempt } from './attempt.ts'
import { type Host, UpstreamConnection } from './connection.ts'
import { type Door, SMTP_DOOR } from './door.ts'
import type { Keywords } from './keywords.ts'
import { MessageBox, type NextOptions } from './message-box.ts'
import { describeMatch, type MessageMatch } from './message-match.ts'
import type { RelayedMessage } from './relayed-message.ts'
import { type RuleOptions, Script } from './script.ts'
import type { Served } from './served.ts'
import { SinkConnection, type SinkHost } from './sink-connection.ts'
import type { CountedMessage, Tally } from './tally.ts'

/** 50 MiB. */
const DEFAULT_SIZE_LIMIT = 52_428_800
/** RFC 5321 §4.5.3.2.7: a server waits at least five minutes for the next command. */
const IDLE = 5 * 60 * 1000

export type TlsPolicy = 'none' | 'offered' | 'required'

export interface Accounts {
  /** User → password. */
  accounts: Record<string, string>
  /** True (the default): MAIL is refused with 530 before AUTH (RFC 4954 §6). */
  required?: boolean
}

export interface UpstreamOptions {
  /** As the topology calls it. */
  name: string
  /** Its host name: stands in greeting and EHLO reply. */
  host: string
  /** Needed for any TLS. */
  certificate?: ServerCertificate
  /** Makes a certificate for `host`, or one with a flaw, for `offerTls`. */
  issue?: (flaw?: Flaw) => Promise<ServerCertificate>
  /** Default `none`. */
  tls?: TlsPolicy
  /** Who may log in from the start. Default: no AUTH. */
  auth?: Accounts
  /** Aborted when there is nobody any more who could hand over a message: ends every wait with its reason. */
  ended?: AbortSignal
}

let messageNumber = 0

/** What comes to a client before its first message, and not again in a session that it keeps open. */
const AT_THE_BEGINNING: ReadonlySet<Stage> = new Set(['connect', 'ehlo', 'starttls', 'auth'])

/**
 * A mail server that mailrig plays itself. It takes what the server under test hands over, keeps it, and answers as told.
 *
 * Without rules it accepts every message for every recipient. Settings and rules may change at any time and hold from
 * the next command on, also in sessions that have begun. A session that a client keeps open after a message ends where
 * a change concerns what came before its first one: greeting, EHLO, TLS, AUTH.
 */
export class Upstream {
  readonly name: string
  readonly host: string
  readonly #script = new Script()
  readonly #box: MessageBox
  readonly #server: SMTPServer
  readonly #options: SMTPServerOptions
  readonly #initialTls: TlsPolicy
  readonly #initialAuth: Accounts | undefined
  readonly #initialCertificate: ServerCertificate | undefined
  readonly #ended: AbortSignal | undefined
  readonly #issue: UpstreamOptions['issue']
  readonly #connections = new Set<Served>()
  readonly #tallies = new Set<Tally>()
  #attempts: Attempt[] = []
  #certificate: ServerCertificate | undefined
  #tls: TlsPolicy = 'none'
  #auth: Accounts | undefined
  #sizeLimit: number | undefined = DEFAULT_SIZE_LIMIT
  #keywords: Keywords = {}
  #down = false

  constructor(options: UpstreamOptions) {
    this.name = options.name
    this.host = options.host
    this.#box = new MessageBox(options.name)
    this.#ended = options.ended
    this.#issue = options.issue
    this.#initialTls = options.tls ?? 'none'
    this.#initialAuth = options.auth
    this.#initialCertificate = options.certificate
    this.#options = {
      name: options.host,
      logger: false,
      disableReverseLookup: true,
      hideDSN: false,
      hideENHANCEDSTATUSCODES: false,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      authMethods: [...SIMPLE_MECHANISMS],
      authOptional: true,
      maxAllowedUnauthenticatedCommands: Number.MAX_SAFE_INTEGER,
      socketTimeout: IDLE,
      heloResponse: '%s greets %s',
      // Answered at once: the engine would put each of these off to the next turn of the event loop.
      onConnect: (_session, done) => done(),
      onSecure: (_socket, _session, done) => done(),
      onMailFrom: (_address, _session, done) => done(),
      onRcptTo: (_address, _session, done) => done(),
      onAuth: (given, _session, done) => {
        const user = this.#authenticate(given)
        done(null, user === undefined ? { message: 'Error: authentication failed' } : { user })
      },
    }
    // Never listens: it is the engine's place for settings. Sockets come from the listener.
    this.#server = new SMTPServer(this.#options)
    this.#server.on('error', () => undefined)
    this.#restoreSettings()
  }

  /** Every message accepted since the start, `clear` or `reset`, oldest first, taken by `next` or not. */
  get messages(): readonly RelayedMessage[] {
    return this.#box.messages
  }

  /** Every connection since the start, `clear` or `reset`, oldest first, also those that brought no message. */
  get attempts(): readonly Attempt[] {
    return this.#attempts
  }

  /**
   * The next message that matches. Each message is given out once: the oldest that is there and not yet given out, or
   * the first to come. Several that wait are served in the order they began to wait.
   *
   * @throws {WaitError} after `timeoutMs` (default 10 000), naming what was waited for, what came and every attempt.
   */
  next(match?: MessageMatch, options: NextOptions = {}): Promise<RelayedMessage> {
    const signals = [options.signal, this.#ended].filter((signal) => signal !== undefined)
    return timed(
      `${describeMatch(match)} at upstream "${this.name}"`,
      this.#box.next(match, { ...options, signal: AbortSignal.any(signals) }, () => this.#describeAttempts()),
    )
  }

  /**
   * Tells what to do at a stage. Of several rules the first given that still serves and whose `when` holds is the one;
   * it comes before what the engine would say of its own. The function returned takes the rule away.
   *
   * A rule at `auth` has the upstream offer AUTH, also without `auth`: whom no rule refuses gets in. One at `starttls` has
   * it offer STARTTLS, also where `tls` is `none`: then what no rule answers is refused with 454 (RFC 3207 §4).
   *
   * @throws {InputError} ACTION_INVALID when the action makes no sense there.
   * @example upstream.on('rcpt', { reply: '450 4.2.1 try later' }, { times: 1 })
   */
  on(stage: Stage, action: Action, options: RuleOptions = {}): () => void {
    if (AT_THE_BEGINNING.has(stage)) this.#endRestingSessions()
    const remove = this.#script.add(stage, action, options)
    this.#apply()
    this.#endSinks()
    return () => {
      remove()
      this.#apply()
    }
  }

  /** Whether STARTTLS is offered, or required: then MAIL and AUTH are refused with 530 before it (RFC 3207 §4). */
  get tls(): TlsPolicy {
    return this.#tls
  }

  set tls(policy: TlsPolicy) {
    if (policy !== 'none' && !this.#certificate) {
      throw new InputError(`upstream "${this.name}" has no certificate, and TLS was ${policy}`, {
        code: 'CERTIFICATE_MISSING',
        remedy: 'Set upstream.certificate first.',
      })
    }
    this.#tls = policy
    this.#announce()
  }

  /**
   * Offers STARTTLS from now on, or requires it, with a certificate that the rig's authority signed for its host name;
   * or with one that is wrong in one way: for another name, by an authority nobody knows, or expired.
   *
   * @throws {InputError} CERTIFICATE_MISSING where the upstream is nobody's who could make certificates.
   * @example await upstream.offerTls({ certificate: 'expired' })
   */
  async offerTls(options: { policy?: 'offered' | 'required'; certificate?: 'good' | Flaw } = {}): Promise<void> {
    const { policy = 'offered', certificate = 'good' } = options
    if (this.#issue) this.certificate = await this.#issue(certificate === 'good' ? undefined : certificate)
    this.tls = policy
  }

  /** What it shows in TLS handshakes from now on; any will do, also one that is expired or names another host. */
  get certificate(): ServerCertificate | undefined {
    return this.#certificate
  }

  set certificate(certificate: ServerCertificate | undefined) {
    this.#certificate = certificate
    if (certificate) {
      this.#server.updateSecureContext({ key: certificate.key, cert: certificate.certificate })
      this.#endRestingSessions()
    } else this.tls = 'none'
  }

  /**
   * Octets, set as a number or as in `'10M'`. Announced by SIZE (RFC 1870); a larger message is refused with 552 5.3.4, at MAIL when its size is declared,
   * else at its end. Undefined: neither. Default 50 MiB.
   */
  get sizeLimit(): number | undefined {
    return this.#sizeLimit
  }

  set sizeLimit(octets: number | string | undefined) {
    this.#sizeLimit = octets === undefined ? undefined : sizeOf(octets, 'sizeLimit')
    this.#announce()
  }

  /**
   * Accounts for AUTH PLAIN, LOGIN and CRAM-MD5 (RFC 4954), with or without TLS. Undefined: no AUTH, unless `on` was told
   * of the stage `auth`.
   */
  get auth(): Accounts | undefined {
    return this.#auth
  }

  set auth(accounts: Accounts | undefined) {
    this.#auth = accounts
    this.#announce()
  }

  /** Changes to what EHLO announces. */
  get keywords(): Keywords {
    return this.#keywords
  }

  set keywords(keywords: Keywords) {
    this.#keywords = keywords
    this.#endRestingSessions()
  }

  /**
   * From here on nobody gets in, and open sessions break. Not a refused connection: the listening socket is shared, so
   * a client is accepted and reset (RST) before any greeting, and sees ECONNRESET.
   */
  down(): void {
    this.#down = true
    for (const connection of this.#connections) connection.reset('reset, for the upstream went down')
  }

  /** Ends `down`. */
  up(): void {
    this.#down = false
  }

  /** Forgets messages and attempts. Rules, settings and waits stay. */
  clear(): void {
    this.#box.clear()
    this.#attempts = []
  }

  /**
   * Has many messages counted in place of kept, for as long as the result is not called: those that the tally takes leave
   * nothing here, not in `messages`, nor in `attempts`, nor for `next`. While no rule, TLS or AUTH is in force, sessions
   * that begin are served by a faster engine, whose transcripts are empty.
   */
  tally(tally: Tally): () => void {
    this.#tallies.add(tally)
    return () => {
      this.#tallies.delete(tally)
      if (this.#tallies.size === 0) this.#endSinks()
    }
  }

  /**
   * Has clients open a new connection for what they send from here on, without costing them a reply: a session between
   * two messages is closed at once (421, RFC 5321 §3.8), any other after the message it is there for.
   */
  endSessions(): void {
    for (const connection of this.#connections) connection.leave()
  }

  /**
   * Back to the beginning: no messages, attempts and rules, settings as at the start, up, and no session that a client
   * keeps open. Waits stay.
   */
  reset(): void {
    this.clear()
    this.#script.clear()
    this.#down = false
    this.#restoreSettings()
    this.endSessions()
  }

  /** Ends all sessions and all waits. */
  close(): void {
    for (const connection of this.#connections) connection.reset('reset, for the rig came to its end')
    this.#box.fail(new WaitError(`upstream "${this.name}" was closed while a message was waited for`))
  }

  /** Serves an accepted socket, and says when that is over. For the listener. */
  serve(socket: Socket, over: () => void, door: Door = SMTP_DOOR): void {
    if (this.#down) {
      const attempt = new Attempt(socket.remoteAddress ?? '', door.port)
      attempt.finish('reset at once, for the upstream is down')
      this.#attempts.push(attempt)
      socket.on('error', () => undefined)
      socket.once('close', over)
      socket.resetAndDestroy()
      return
    }
    if (this.#tallies.size > 0 && this.#plain && !door.implicit && !door.lmtp) {
      const sink = new SinkConnection(socket, this.#sinkHost(over), door)
      this.#attempts.push(sink.attempt)
      this.#connections.add(sink)
      return
    }
    const connection = new UpstreamConnection(this.#server, socket, this.#host(over), door)
    this.#attempts.push(connection.attempt)
    this.#connections.add(connection)
    connection.on('error', (error: Error) => connection.attempt.finish(error.message))
    connection.init()
  }

  #host(over: () => void): Host {
    const upstream = this
    return {
      script: this.#script,
      get keywords() {
        return upstream.keywords
      },
      get tls() {
        return upstream.tls
      },
      get sizeLimit() {
        return upstream.sizeLimit
      },
      accept: (message) => this.#accept(message),
      nextId: () => this.#nextId(),
      // Not by an event of the socket: the engine takes all its listeners away when TLS begins.
      left: (connection) => {
        this.#connections.delete(connection)
        over()
      },
    }
  }

  /** Whether a sink answers as any other session would. */
  get #plain(): boolean {
    const { add = [], hide = [] } = this.#keywords
    return !this.#script.has && this.#tls === 'none' && !this.#auth && add.length + hide.length === 0 && !this.#down
  }

  #sinkHost(over: () => void): SinkHost {
    const upstream = this
    return {
      host: this.host,
      get sizeLimit() {
        return upstream.sizeLimit
      },
      get plain() {
        return upstream.#plain && upstream.#tallies.size > 0
      },
      claims: (messageId) => [...this.#tallies].some((tally) => tally.claims(messageId)),
      count: (message) => void this.#count(message),
      keep: (message, attempt) => {
        attempt.messages.push(message)
        this.#keep(message)
      },
      nextId: () => this.#nextId(),
      left: (connection, idle) => {
        this.#connections.delete(connection)
        if (idle) this.#forgetAttempt(connection.attempt)
        over()
      },
    }
  }

  /** True: the message is to be kept. */
  #accept(message: RelayedMessage): boolean {
    if (this.#tallies.size > 0 && this.#count(message)) return false
    this.#keep(message)
    return true
  }

  #count(message: CountedMessage): boolean {
    for (const tally of this.#tallies) if (tally.claims(message.messageId) && tally.take(message)) return true
    return false
  }

  #keep(message: RelayedMessage): void {
    this.#box.add(message)
    for (const tally of this.#tallies) tally.saw?.(message)
  }

  /** The latest are the likeliest. */
  #forgetAttempt(attempt: Attempt): void {
    const index = this.#attempts.lastIndexOf(attempt)
    if (index !== -1) this.#attempts.splice(index, 1)
  }

  #nextId(): string {
    messageNumber += 1
    return `${this.name}-${messageNumber}`
  }

  /** A sink knows neither rules nor TLS nor AUTH; its client is served anew. */
  #endSinks(): void {
    for (const connection of this.#connections) if (connection instanceof SinkConnection) connection.leave()
  }

  #restoreSettings(): void {
    this.#auth = this.#initialAuth
    this.#sizeLimit = DEFAULT_SIZE_LIMIT
    this.#keywords = {}
    this.certificate = this.#initialCertificate
    this.tls = this.#initialTls
  }

  /** Whoever has heard another announcement has to ask again. */
  #announce(): void {
    this.#apply()
    this.#endRestingSessions()
  }

  #endRestingSessions(): void {
    for (const connection of this.#connections) connection.leaveAtRest()
  }

  /** Puts the settings where the engine reads them, at each command. */
  #apply(): void {
    const options = this.#server.options
    // A rule for a command that is never given would never serve.
    const offers = { starttls: this.#tls !== 'none', auth: this.#auth !== undefined }
    for (const stage of ['starttls', 'auth'] as const) offers[stage] ||= this.#script.concerns(stage)
    options.hideSTARTTLS = !offers.starttls
    options.authOptional = !(this.#auth && this.#auth.required !== false)
    options.size = this.#sizeLimit
    options.disabledCommands = [
      // Jokes of the engine.
      'WIZ',
      'SHELL',
      'KILL',
      ...(offers.starttls ? [] : ['STARTTLS']),
      ...(offers.auth ? [] : ['AUTH']),
    ]
  }

  #authenticate(given: SMTPServerAuthentication): string | undefined {
    const { username } = given
    if (username === undefined) return undefined
    // Offered for the sake of a rule alone: as every message is taken, so is everybody.
    if (!this.#auth) return username
    const password = this.#auth.accounts[username]
    if (password === undefined) return undefined
    const right = given.method === 'CRAM-MD5' ? given.validatePassword(password) : given.password === password
    return right ? username : undefined
  }

  #describeAttempts(): string {
    if (this.#attempts.length === 0) return '  nobody connected'
    const latest = this.#attempts.slice(-3)
    const told = latest.map((attempt) => attempt.transcript.replace(/^/gm, '    ')).join('\n    --\n')
    return `  ${this.#attempts.length} connection(s), the latest:\n${told}`
  }
}
