import type { Socket } from 'node:net'
import { unstuff } from '../session/dot-stuffing.ts'
import { Attempt } from './attempt.ts'
import type { Door } from './door.ts'
import { type PathCommand, readPathCommand } from './path-command.ts'
import { RelayedMessage } from './relayed-message.ts'
import type { Served } from './served.ts'
import type { CountedMessage } from './tally.ts'

/** RFC 5321 §4.5.3.2.7: a server waits at least five minutes for the next command. */
const IDLE_MS = 5 * 60 * 1000
/** As the engine of the other sessions has it. */
const LONGEST_LINE = 16 * 1024
/** Header sections longer than this are searched no further for a Message-ID. */
const LONGEST_HEADER = 64 * 1024
const CRLF = Buffer.from('\r\n')
const END = Buffer.from('\r\n.\r\n')
const FINAL_LINE = 3
const LF = 10

/** What a sink needs of its upstream, read anew at each step. */
export interface SinkHost {
  /** The host name in greeting and EHLO reply. */
  readonly host: string
  readonly sizeLimit: number | undefined
  /** Is there nothing that a sink cannot do: no rules, no TLS, no AUTH? Otherwise it takes its leave. */
  readonly plain: boolean
  /** Whether a message of this Message-ID will be counted, so that it need not be kept until it has come. */
  claims(messageId: string): boolean
  count(message: CountedMessage): void
  keep(message: RelayedMessage, attempt: Attempt): void
  nextId(): string
  /** The connection is over. `idle`: it brought nothing that anybody wants to look at. */
  left(connection: SinkConnection, idle: boolean): void
}

/**
 * A session that takes mail as fast as this process can, for load: while somebody counts and nothing was told to the upstream.
 * It answers as the other sessions do, and keeps no transcript. What nobody counts it keeps as they do.
 */
export class SinkConnection implements Served {
  readonly attempt: Attempt
  readonly #socket: Socket
  readonly #host: SinkHost
  /** Octets that came and were not read yet. */
  #rest: Buffer | undefined
  #out = ''
  #greeted = false
  #sender: PathCommand | undefined
  #recipients: PathCommand[] = []
  #data: MailData | undefined
  #counted = false
  #kept = false
  #leaving = false
  #over = false

  constructor(socket: Socket, host: SinkHost, door: Door) {
    this.#socket = socket
    this.#host = host
    this.attempt = new Attempt(socket.remoteAddress ?? '', door.port)
    socket.on('data', (chunk) => this.#received(chunk))
    socket.on('error', (error) => this.attempt.finish(error.message))
    socket.on('close', () => this.#closed())
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.write(`220 ${host.host} ESMTP\r\n`)
  }

  leave(): void {
    if (this.#over) return
    this.#leaving = true
    if (!this.#sender && !this.#data) this.#takeLeave()
  }

  leaveAtRest(): void {
    this.leave()
  }

  reset(why: string): void {
    this.attempt.finish(why)
    this.#socket.resetAndDestroy()
  }

  #received(chunk: Buffer): void {
    if (this.#over) return
    let octets = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    while (octets.length > 0 && !this.#over) {
      if (this.#data) {
        const after = this.#data.feed(octets)
        if (after === undefined) break
        octets = octets.subarray(after)
        this.#ended(this.#data)
        continue
      }
      const end = octets.indexOf(LF)
      if (end === -1) {
        if (octets.length > LONGEST_LINE) this.#end('500 5.5.2 Error: the line is too long', 'a line too long')
        else this.#rest = octets
        break
      }
      const line = octets.toString('utf8', 0, end > 0 && octets[end - 1] === 13 ? end - 1 : end)
      octets = octets.subarray(end + 1)
      this.#command(line)
    }
    this.#flush()
  }

  #command(line: string): void {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
      case 'HELO':
        this.#hello(line)
        break
      case 'MAIL':
        this.#mail(line)
        break
      case 'RCPT':
        this.#rcpt(line)
        break
      case 'DATA':
        if (this.#recipients.length === 0) this.#say('503 5.5.1 Error: need RCPT command')
        else {
          this.#data = new MailData((messageId) => this.#host.claims(messageId))
          this.#say('354 End data with <CR><LF>.<CR><LF>')
        }
        break
      case 'RSET':
        this.#forget()
        this.#say('250 2.0.0 Flushed')
        break
      case 'NOOP':
        this.#say('250 2.0.0 OK')
        break
      case 'QUIT':
        this.#end('221 2.0.0 Bye', 'QUIT')
        break
      default:
        this.#say('500 5.5.2 Error: command not recognized')
    }
  }

  #hello(line: string): void {
    this.attempt.helo = line.trim().split(/\s+/)[1] ?? ''
    this.#forget()
    this.#greeted = true
    const { host, sizeLimit } = this.#host
    const greeting = `${host} greets [${this.attempt.clientAddress}]`
    if (/^helo/i.test(line)) {
      this.#say(`250 ${greeting}`)
      return
    }
    const size = sizeLimit === undefined ? [] : [`SIZE ${sizeLimit}`]
    const lines = [greeting, 'PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', ...size]
    this.#say(lines.map((text, index) => `250${index < lines.length - 1 ? '-' : ' '}${text}`).join('\r\n'))
  }

  #mail(line: string): void {
    if (!this.#host.plain) {
      this.#takeLeave()
      return
    }
    const sender = readPathCommand('MAIL FROM', line)
    const limit = this.#host.sizeLimit
    if (!this.#greeted) this.#say('503 5.5.1 Error: send HELO/EHLO first')
    else if (this.#sender) this.#say('503 5.5.1 Error: nested MAIL command')
    else if (!sender) this.#say('501 5.1.7 Error: Bad sender address syntax')
    else if (limit !== undefined && Number(sender.parameters.SIZE ?? 0) > limit) {
      this.#say(`552 5.3.4 Error: message exceeds fixed maximum message size ${limit}`)
    } else {
      this.#sender = sender
      this.#say('250 2.1.0 Accepted')
    }
  }

  #rcpt(line: string): void {
    const recipient = readPathCommand('RCPT TO', line)
    if (!this.#sender) this.#say('503 5.5.1 Error: need MAIL command')
    else if (!recipient || recipient.address === '') this.#say('501 5.1.3 Error: Bad recipient address syntax')
    else {
      this.#recipients.push(recipient)
      this.#say('250 2.1.5 Accepted')
    }
  }

  #ended(data: MailData): void {
    this.#data = undefined
    const id = this.#host.nextId()
    if (data.claimed === undefined) this.#keep(id, data.octets())
    else this.#count(id, data.claimed, data.length - FINAL_LINE)
    this.#forget()
    if (this.#leaving || !this.#host.plain) this.#takeLeave()
  }

  #count(id: string, messageId: string, octets: number): void {
    const limit = this.#host.sizeLimit
    this.#counted = true
    if (limit !== undefined && octets > limit) {
      this.#say(`552 5.3.4 Error: message of ${octets} octets exceeds the limit of ${limit}`)
      return
    }
    this.#host.count({ messageId, from: this.#sender?.address ?? '', to: this.#recipients.map(addressOf) })
    this.#say(`250 2.6.0 Ok: queued as ${id}`)
  }

  #keep(id: string, wire: Buffer): void {
    const content = unstuff(wire.subarray(0, wire.length - FINAL_LINE))
    const limit = this.#host.sizeLimit
    const message = new RelayedMessage(
      id,
      {
        from: this.#sender?.address ?? '',
        to: this.#recipients.map(addressOf),
        parameters: {
          mail: this.#sender?.parameters ?? {},
          rcpt: this.#recipients.map(({ parameters }) => parameters),
        },
        helo: this.attempt.helo,
        clientAddress: this.attempt.clientAddress,
        tls: false,
      },
      { content, wire },
    )
    if (limit !== undefined && content.length > limit) {
      this.attempt.refused.push(message)
      this.#say(`552 5.3.4 Error: message of ${content.length} octets exceeds the limit of ${limit}`)
      return
    }
    this.#host.keep(message, this.attempt)
    this.#say(`250 2.6.0 Ok: queued as ${id}`)
  }

  #forget(): void {
    this.#sender = undefined
    this.#recipients = []
  }

  #say(text: string): void {
    this.#out += `${text}\r\n`
  }

  #flush(): void {
    if (this.#out === '') return
    if (this.#socket.writable) this.#socket.write(this.#out, 'utf8')
    this.#out = ''
  }

  #takeLeave(): void {
    this.#end(`421 4.3.2 ${this.#host.host} closes the connection: its settings have changed`, 'closed after 421')
  }

  #end(reply: string, how: string): void {
    this.#say(reply)
    this.#flush()
    this.attempt.finish(how)
    this.#over = true
    this.#socket.destroySoon()
  }

  #closed(): void {
    this.#over = true
    this.attempt.finish('closed by the client')
    this.#kept ||= this.attempt.messages.length > 0 || this.attempt.refused.length > 0
    this.#host.left(this, this.#counted && !this.#kept)
  }
}

function addressOf({ address }: PathCommand): string {
  return address
}

/** Mail data as it comes: whole where it is to be kept, else no more of it than its end may begin with. */
class MailData {
  /** The Message-ID of one that somebody counts: its octets are not kept. */
  claimed: string | undefined
  /** Octets so far, as transferred. */
  length = 0
  readonly #claims: (messageId: string) => boolean
  // The command line's CRLF stands before the first octet (RFC 5321 §4.1.1.4).
  #before: Buffer = CRLF
  #chunks: Buffer[] = []
  #decided = false

  constructor(claims: (messageId: string) => boolean) {
    this.#claims = claims
  }

  /** How many of the octets belong to it; undefined: all, and more are to come. */
  feed(octets: Buffer): number | undefined {
    const joint = this.#before.length === 2 && this.length === 0 ? undefined : Buffer.concat([this.#before, octets])
    // The first octets may be the end: a message without any.
    if (!joint && octets.length >= FINAL_LINE && octets.subarray(0, FINAL_LINE).equals(END.subarray(2))) {
      this.#take(octets.subarray(0, FINAL_LINE), true)
      return FINAL_LINE
    }
    const index = (joint ?? octets).indexOf(END)
    if (index === -1) {
      this.#take(octets, false)
      this.#before = Buffer.from((joint ?? Buffer.concat([this.#before, octets])).subarray(-(END.length - 1)))
      return undefined
    }
    const length = index + END.length - (joint ? this.#before.length : 0)
    this.#take(octets.subarray(0, length), true)
    return length
  }

  octets(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  #take(octets: Buffer, last: boolean): void {
    this.length += octets.length
    if (this.claimed !== undefined) return
    this.#chunks.push(octets)
    if (this.#decided) return
    const head = this.#chunks.length === 1 ? octets : Buffer.concat(this.#chunks)
    const end = head.indexOf('\r\n\r\n')
    if (end === -1 && !last && this.length < LONGEST_HEADER) return
    this.#decided = true
    const header = head.toString('latin1', 0, end === -1 ? head.length : end)
    const messageId = /^message-id:\s*<([^>\r\n]*)>/im.exec(header)?.[1]
    if (messageId === undefined || !this.#claims(messageId)) return
    this.claimed = messageId
    this.#chunks = []
  }
}
