import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js'
import type { SMTPServer } from 'smtp-server/lib/smtp-server.js'
import type { CheckedAction, ReplyText, Stage } from './action.ts'
import { Attempt } from './attempt.ts'
import { type Door, SMTP_DOOR } from './door.ts'
import { announce, type Keywords } from './keywords.ts'
import { type MailData, MailDataStream } from './mail-data-stream.ts'
import { type PathCommand, readPathCommand } from './path-command.ts'
import { RelayedMessage } from './relayed-message.ts'
import type { Script, StageContext } from './script.ts'
import type { Served } from './served.ts'

/** What a connection needs of the upstream it belongs to; read anew at each step, so that it may change under way. */
export interface Host {
  readonly script: Script
  readonly keywords: Keywords
  readonly tls: 'none' | 'offered' | 'required'
  readonly sizeLimit: number | undefined
  /** True: the message is kept. */
  accept(message: RelayedMessage): boolean
  nextId(): string
  /** The connection is over. */
  left(connection: UpstreamConnection): void
}

type Drop = CheckedAction['drop']

/**
 * One SMTP session with a client, on smtp-server's engine. The engine keeps the protocol: order of commands, EHLO, AUTH,
 * STARTTLS, pipelining, limits. What it does not offer stands here: a script at every stage, any reply to anything,
 * a greeting without its fixed pause of 100 ms, addresses and mail data to the letter, and a record of all of it.
 */
export class UpstreamConnection extends SMTPConnection implements Served {
  readonly attempt: Attempt
  readonly #host: Host
  /** The accepted TCP socket, also beneath TLS. */
  readonly #tcp: Socket
  #delay: NodeJS.Timeout | undefined
  /** Said instead of the engine's next positive reply. */
  #instead: ReplyText | undefined
  /** What becomes of the connection after the next reply. */
  #dropNext: Drop = false
  #lastCode = 0
  /** A message whose reply is due. */
  #pending: RelayedMessage | undefined
  /** The engine composes an EHLO reply. */
  #announcing = false
  /** Greeted with a refusal: nothing but QUIT is served (RFC 5321 §3.1). */
  #refused = false
  /** A message has come to its end, accepted or not, and no other has begun: a client may keep such a session open. */
  #rests = false
  /** By LMTP it answers for each recipient (RFC 2033 §4.2). */
  readonly #lmtp: boolean
  /** Keeps a message for the recipients for whom it was taken so far, where its replies are not over. */
  #keepTaken: (() => void) | undefined
  /** Takes its leave after the message under way. */
  #leaving = false
  #sender: PathCommand | undefined
  #recipients: PathCommand[] = []

  constructor(server: SMTPServer, socket: Socket, host: Host, door: Door = SMTP_DOOR) {
    super(server, socket)
    this.#host = host
    this.#tcp = socket
    this.attempt = new Attempt(this.remoteAddress, door.port)
    // Read by the engine when it begins to listen: TLS then comes before the greeting.
    this.needsUpgrade = door.implicit
    this.#lmtp = door.lmtp ?? false
  }

  override init(): void {
    this._setListeners(() => {
      // The engine would wait 100 ms for early talkers here. No server under test is one.
      this.#at(
        'connect',
        {},
        () => this.connectionReady(),
        (reply) => {
          this.#refused = true
          this._ready = true
          this.#say(reply)
        },
      )
    })
  }

  override connectionReady(next?: () => void): void {
    if (!this._closing && !this._closed) super.connectionReady(next)
  }

  override _createParser(): MailDataStream {
    const parser = new MailDataStream({ maxCommandLength: 16 * 1024 })
    parser.oncommand = (command, callback) => this._onCommand(command, callback)
    parser.onmaildata = (data, resume) => this.#mailData(data, resume)
    parser.on('error', (error) => this.send(421, `Error: ${error.message}`))
    return parser
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    if (!this._upgrading) this.attempt.note('C', command.toString())
    if (this.#refused && !/^quit\s*$/i.test(command.toString())) {
      this.#say({ code: 503, lines: ['5.5.1 Error: this server takes no mail'] })
      callback?.()
      return
    }
    const greeting = this.#lmtp
      ? /^(lhlo|ehlo|helo)\b/i.exec(command.toString('latin1'))?.[1]?.toLowerCase()
      : undefined
    if (greeting !== undefined && greeting !== 'lhlo') {
      this.#say({ code: 500, lines: ['5.5.1 Error: this is LMTP, which begins with LHLO'] })
      callback?.()
      return
    }
    super._onCommand(greeting ? Buffer.concat([Buffer.from('EHLO'), command.subarray(4)]) : command, callback)
  }

  /** The single place where anything is said, so that all of it is recorded and can be replaced. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const lines = Array.isArray(data) ? data : [data ?? '']
    const instead = this.#instead
    if (instead && code < 400) {
      this.#instead = undefined
      this.#say(instead)
      return
    }
    const enhanced = this._getEnhancedStatusCode(code, context)
    const announced =
      this.#announcing && code === 250 ? [lines[0] ?? '', ...announce(lines.slice(1), this.#host.keywords)] : lines
    this.#say({
      code,
      // Text can hold what a client sent; a control character in it would split the reply.
      lines: announced.map((line) => [enhanced, line.replace(/[\x00-\x1f\x7f]/g, ' ')].filter(Boolean).join(' ')),
    })
  }

  #say({ code, lines }: ReplyText): void {
    const text = lines.map((line, index) => {
      const separator = index < lines.length - 1 ? '-' : line === '' && code !== 334 ? '' : ' '
      return `${code}${separator}${line}`
    })
    const drop = this.#dropNext
    this.#dropNext = false
    this.#lastCode = code
    if (code >= 400) this.session.error = text.join('\r\n')
    // During the handshake the plain socket is the engine's only one, and not ours to write to.
    if (!this._upgrading && !this._socket.destroyed && this._socket.writable) {
      for (const line of text) this.attempt.note('S', line)
      const sent = drop === 'reset' ? () => this.#hangUp('reset') : undefined
      this._socket.write(`${text.join('\r\n')}\r\n`, sent)
    }
    if (drop === 'close') this.#hangUp('close')
    else if (!drop && code === 421) {
      this.attempt.finish('closed after 421')
      this.close()
    }
  }

  #hangUp(how: 'close' | 'reset'): void {
    // What the client has sent behind this is not served any more.
    if (this._parser) this._parser.isClosed = true
    if (how === 'reset') this.reset('reset by the script')
    else {
      this.attempt.finish('closed by the script')
      // Sends what is waiting, then closes.
      this._socket.destroySoon()
    }
  }

  /**
   * Has the client open a new connection for its next message: a session between two messages is closed now, any other
   * after the message it is there for, whose reply the client still gets. In an orderly way (421, then FIN): a TCP reset
   * could cost the client a reply that it has not read yet, and then it would send that message again.
   */
  leave(): void {
    if (this._closed || this._closing) return
    this.#leaving = true
    if (this.#rests) this.#takeLeave()
  }

  /** The same for a session between two messages only: what it was told at its beginning does not hold any more. */
  leaveAtRest(): void {
    if (this.#rests) this.leave()
  }

  #takeLeave(): void {
    this.#say({ code: 421, lines: [`4.3.2 ${this.name} closes the connection: its settings have changed`] })
  }

  /** Breaks the connection with a TCP reset. */
  reset(why: string): void {
    this.attempt.finish(why)
    this.#tcp.resetAndDestroy()
    if (this._socket !== this.#tcp) this._socket.destroy()
  }

  /**
   * Asks the script. `proceed` goes on with the engine, `refuse` says a reply that is a refusal; after a drop without a
   * reply neither is called, for nothing follows.
   */
  #at(stage: Stage, about: Partial<StageContext>, proceed: () => void, refuse: (reply: ReplyText) => void): void {
    const action = this.#host.script.take({
      stage,
      attempt: this.attempt,
      command: '',
      to: this.#recipients.map(({ address }) => address),
      ...(this.#sender && { from: this.#sender.address }),
      ...about,
    })
    if (!action) {
      proceed()
      return
    }
    const act = () => {
      this._handlerPending = false
      if (this._closed || this._closing) return
      const { reply, drop } = action
      if (drop && !reply) {
        this.#hangUp(drop)
        return
      }
      this.#dropNext = drop
      if (!reply) proceed()
      else if (reply.code >= 400) refuse(reply)
      else {
        this.#instead = reply
        proceed()
        this.#instead = undefined
      }
    }
    if (action.delay === 0) act()
    else {
      // The client waits for the upstream, so its silence is no idleness.
      this._handlerPending = true
      this.#delay = setTimeout(act, action.delay)
    }
  }

  /** The script first, then the engine's own handler. */
  #command(stage: Stage, command: Buffer, callback: () => void, serve: () => void, about: Partial<StageContext> = {}) {
    this.#at(stage, { command: command.toString(), ...about }, serve, (reply) => {
      this.#say(reply)
      callback()
    })
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this.#command('ehlo', command, callback, () => {
      this.#announcing = true
      super.handler_EHLO(command, this.#greeted(command, callback))
    })
  }

  override handler_HELO(command: Buffer, callback: () => void): void {
    this.#command('ehlo', command, callback, () => super.handler_HELO(command, this.#greeted(command, callback)))
  }

  /** Keeps the name as it came: the engine folds it to lower case. */
  #greeted(command: Buffer, callback: () => void): () => void {
    return () => {
      this.#announcing = false
      if (this.#lastCode < 400) this.attempt.helo = command.toString().trim().split(/\s+/)[1] ?? ''
      callback()
    }
  }

  override handler_STARTTLS(command: Buffer, callback: () => void): void {
    this.#command('starttls', command, callback, () => {
      if (this.#host.tls !== 'none') super.handler_STARTTLS(command, callback)
      else {
        this.send(454, 'TLS not available due to temporary reason')
        callback()
      }
    })
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    if (this.#lacksTls(callback)) return
    this.#command('auth', command, callback, () => super.handler_AUTH(command, callback))
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    if (this.#lacksTls(callback)) return
    const sender = readPathCommand('MAIL FROM', command.toString())
    // Before the callback, for it may run the commands that were sent behind this one.
    this.#rests = false
    const keep = () => {
      if (sender && this.#lastCode < 400) this.#sender = sender
      callback()
    }
    const about = sender ? { from: sender.address } : {}
    this.#command('mail', command, callback, () => super.handler_MAIL(command, keep), about)
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const recipient = readPathCommand('RCPT TO', command.toString())
    const keep = () => {
      if (recipient && this.#lastCode < 400) this.#recipients.push(recipient)
      callback()
    }
    const about = recipient ? { recipient: recipient.address } : {}
    this.#command('rcpt', command, callback, () => super.handler_RCPT(command, keep), about)
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    const parser = this._parser
    if (this.#recipients.length === 0 || !parser) {
      super.handler_DATA(command, callback)
      return
    }
    this.#command('data', command, callback, () => {
      parser.startDataMode()
      this.send(354, 'End data with <CR><LF>.<CR><LF>')
      callback()
    })
  }

  override handler_QUIT(command: Buffer, callback: () => void): void {
    super.handler_QUIT(command, callback)
    this.attempt.finish('QUIT')
  }

  #mailData(data: MailData, resume: () => void): void {
    this.attempt.note('C', `<${data.wire.length} octets of mail data>`)
    const message = new RelayedMessage(this.#host.nextId(), this.#envelope(), data)
    this.#pending = message
    const done = () => {
      this._transactionCounter += 1
      this._unrecognizedCommands = 0
      this._resetSession()
      this.#rests = true
      if (this.#leaving && !this._closed && !this._closing) this.#takeLeave()
      resume()
    }
    if (this.#lmtp) {
      this.#answerEach(message, data, done)
      return
    }
    const serve = () => {
      this.#pending = undefined
      const limit = this.#host.sizeLimit
      if (limit !== undefined && data.content.length > limit) {
        this.attempt.refused.push(message)
        this.send(
          552,
          `Error: message of ${data.content.length} octets exceeds the limit of ${limit}`,
          'MESSAGE_TOO_BIG',
        )
      } else {
        if (this.#host.accept(message)) this.attempt.messages.push(message)
        this.send(250, `Ok: queued as ${message.id}`, 'DATA_OK')
      }
      done()
    }
    const refuse = (reply: ReplyText) => {
      this.#pending = undefined
      this.attempt.refused.push(message)
      this.#say(reply)
      done()
    }
    this.#at('message', { message }, serve, refuse)
  }

  /** One reply for each recipient that was accepted, in their order (RFC 2033 §4.2). It is kept for those that are taken. */
  #answerEach(message: RelayedMessage, data: MailData, done: () => void): void {
    const envelope = this.#envelope()
    const recipients = this.#recipients
    const taken: PathCommand[] = []
    this.#pending = undefined
    const end = () => {
      this.#keepTaken = undefined
      const kept = new RelayedMessage(
        message.id,
        {
          ...envelope,
          to: taken.map(({ address }) => address),
          parameters: { mail: envelope.parameters.mail, rcpt: taken.map(({ parameters }) => parameters) },
        },
        data,
      )
      if (taken.length === 0) this.attempt.refused.push(message)
      else if (this.#host.accept(kept)) this.attempt.messages.push(kept)
    }
    this.#keepTaken = end
    const answer = (index: number): void => {
      const recipient = recipients[index]
      if (recipient === undefined) {
        end()
        done()
        return
      }
      const next = () => answer(index + 1)
      const limit = this.#host.sizeLimit
      const serve = () => {
        if (limit !== undefined && data.content.length > limit) {
          this.send(
            552,
            `Error: message of ${data.content.length} octets exceeds the limit of ${limit}`,
            'MESSAGE_TOO_BIG',
          )
        } else {
          taken.push(recipient)
          this.send(250, `<${recipient.address}> Ok: queued as ${message.id}`, 'DATA_OK')
        }
        next()
      }
      const refuse = (reply: ReplyText) => {
        this.#say(reply)
        next()
      }
      this.#at('message', { message, to: [recipient.address], recipient: recipient.address }, serve, refuse)
    }
    answer(0)
  }

  #envelope() {
    const user: unknown = this.session.user
    return {
      from: this.#sender?.address ?? '',
      to: this.#recipients.map(({ address }) => address),
      parameters: {
        mail: this.#sender?.parameters ?? {},
        rcpt: this.#recipients.map(({ parameters }) => parameters),
      },
      helo: this.attempt.helo,
      clientAddress: this.remoteAddress,
      tls: this.attempt.tls,
      ...(typeof user === 'string' && { user }),
    }
  }

  /** RFC 3207 §4: a server that requires TLS answers 530 to what has to wait for it. */
  #lacksTls(callback: () => void): boolean {
    if (this.#host.tls !== 'required' || this.secure) return false
    this.send(530, 'Must issue a STARTTLS command first')
    callback()
    return true
  }

  override _parseAddressCommand(verb: string, line: Buffer | string) {
    const parsed = readPathCommand(verb, line.toString())
    if (!parsed) return false
    const { address, parameters, duplicate } = parsed
    const args = Object.keys(parameters).length === 0 ? (false as const) : parameters
    return { address, args, ...(duplicate !== undefined && { duplicate }) }
  }

  override _resetSession(): void {
    super._resetSession()
    this.#sender = undefined
    this.#recipients = []
    if (this.attempt.tls === false && this._socket instanceof TLSSocket) this.#secured(this._socket)
  }

  /** The engine starts the session anew when the handshake is done (RFC 3207 §4.2). */
  #secured(socket: TLSSocket): void {
    const { servername } = socket as TLSSocket & { servername?: string | false }
    this.attempt.tls = {
      protocol: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().name,
      ...(servername ? { servername } : {}),
      resumed: socket.isSessionReused(),
    }
    this.attempt.helo = ''
    this.attempt.note('*', `${this.attempt.tls.protocol}, ${this.attempt.tls.cipher}`)
  }

  override _onClose(): void {
    clearTimeout(this.#delay)
    if (this.#pending) this.attempt.refused.push(this.#pending)
    this.#keepTaken?.()
    this.#pending = undefined
    this.attempt.finish('closed by the client')
    this.#host.left(this)
    super._onClose()
  }
}
