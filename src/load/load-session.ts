import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { InputError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { patience } from '../metrics/patience.ts'
import type { Trust } from '../rig/trust.ts'
import type { LoadPlan } from './load-plan-data.ts'
import type { LoadMessage } from './message-source.ts'

/** A reply as far as a load needs it. */
export interface LoadReply {
  code: number
  /** Its last line, without the code. */
  text: string
  /** Of all its lines, without the codes. */
  lines: readonly string[]
}

/** Who gives the messages and hears what became of them. */
export interface LoadHand {
  /** The next message, begun now; undefined: no more in this session. */
  next(): LoadMessage | undefined
  /** @param since when the server had nothing else of this session to do, ms since the epoch */
  accepted(message: LoadMessage, taken: readonly boolean[], reply: LoadReply, since: number): void
  refused(message: LoadMessage, why: string): void
  /** The connection ended between the final dot and its reply. */
  unknown(message: LoadMessage, why: string): void
}

/** How a session ended, and how many messages were begun in it. */
export interface LoadSessionEnd {
  begun: number
  /** Undefined: by QUIT, as it should. */
  why?: string
}

type SessionPlan = Pick<LoadPlan, 'endpoint' | 'tls' | 'auth' | 'pipelining' | 'bdat' | 'messagesPerConnection'>

/** Silence for so long ends a session: ms of an idle machine. RFC 5321 §4.5.3.2.6 gives a server ten minutes. */
const SILENCE_MS = 60_000
const END_OF_DATA = Buffer.from('.\r\n')
const QUIT_REPLY_MS = 5_000

/**
 * A session that sends one message after the other as fast as the server takes them: one write a step, commands in groups
 * where the server offers PIPELINING (RFC 2920), nothing kept of what was said.
 */
export class LoadSession {
  readonly #plan: SessionPlan
  readonly #hand: LoadHand
  readonly #trust: Trust
  readonly #ended = Promise.withResolvers<LoadSessionEnd>()
  #socket: Socket
  #rest = ''
  #lines: string[] = []
  /** Who takes the next reply. */
  #takes: (reply: LoadReply) => void = (reply) => this.#greeted(reply)
  #features = new Set<string>()
  #mechanisms: readonly string[] = []
  #secure = false
  #begun = 0
  #message: LoadMessage | undefined
  /** Its commands were sent behind the data of `#message`. */
  #ahead: LoadMessage | undefined
  /** ms since the epoch. */
  #since = 0
  /** The final dot of `#message` was written. */
  #dotSent = false
  #taken: boolean[] = []
  #firstRefusal: LoadReply | undefined
  #leaving = false
  #over = false

  /** Connects. The session goes on by itself; `ended` tells when it is over. */
  constructor(plan: SessionPlan, hand: LoadHand, trust: Trust) {
    this.#plan = plan
    this.#hand = hand
    this.#trust = trust
    this.#socket = connectTcp({ ...plan.endpoint, noDelay: true })
    this.#listen(this.#socket)
  }

  /** @throws {InputError} LOAD_NOT_OFFERED where the server lacks what the load is to use */
  get ended(): Promise<LoadSessionEnd> {
    return this.#ended.promise
  }

  /** No message more; the one under way goes on to its end. */
  leave(): void {
    this.#leaving = true
  }

  /** Ends it at once, whatever is under way. */
  break(): void {
    this.#end('broken off by this side')
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('error', (error) => this.#end(error.message.split('\n', 1)[0]))
    socket.on('close', () => this.#end('the server ended the connection'))
    socket.setTimeout(patience(SILENCE_MS), () => this.#end('the server said nothing for a minute'))
  }

  #received(chunk: Buffer): void {
    const text = this.#rest + chunk.toString('latin1')
    let from = 0
    for (;;) {
      const end = text.indexOf('\n', from)
      if (end === -1) break
      const line = text.slice(from, text.charCodeAt(end - 1) === 13 ? end - 1 : end)
      from = end + 1
      this.#lines.push(line.slice(4))
      if (line.charCodeAt(3) === 45) continue
      const lines = this.#lines
      this.#lines = []
      const reply = { code: Number(line.slice(0, 3)), text: line.slice(4), lines }
      if (reply.code === 421) {
        this.#end(inWords(reply))
        return
      }
      this.#takes(reply)
      if (this.#over) return
    }
    this.#rest = text.slice(from)
  }

  #greeted(reply: LoadReply): void {
    if (reply.code >= 400) {
      this.#end(inWords(reply))
      return
    }
    this.#hello()
  }

  #hello(): void {
    this.#say('EHLO client.example', (reply) => {
      if (reply.code >= 400) {
        this.#end(inWords(reply))
        return
      }
      const offered = reply.lines.slice(1).map((line) => line.toUpperCase())
      this.#features = new Set(offered.map((line) => line.split(/[ =]/, 1)[0] ?? ''))
      this.#mechanisms =
        offered
          .find((line) => line.startsWith('AUTH '))
          ?.split(' ')
          .slice(1) ?? []
      this.#prepare()
    })
  }

  /** STARTTLS and AUTH, where the plan asks for them; then the first message. */
  #prepare(): void {
    const { tls, auth, bdat, pipelining } = this.#plan
    if (!this.#secure && (tls || (auth && this.#mechanisms.length === 0))) {
      this.#startTls()
      return
    }
    if (bdat) this.#needs('CHUNKING', 'BDAT (RFC 3030)')
    if (pipelining) this.#needs('PIPELINING', 'PIPELINING (RFC 2920)')
    if (this.#over) return
    if (auth) this.#logIn(auth)
    else this.#next()
  }

  #startTls(): void {
    this.#needs('STARTTLS', this.#plan.tls ? 'STARTTLS (RFC 3207)' : 'AUTH, nor STARTTLS before it')
    if (this.#over) return
    this.#say('STARTTLS', (reply) => {
      if (reply.code >= 400) {
        this.#end(inWords(reply))
        return
      }
      const plain = this.#socket
      plain.removeAllListeners('data').removeAllListeners('close').setTimeout(0)
      this.#socket = connectTls(
        { socket: plain, rejectUnauthorized: this.#trust.ca !== undefined, ...this.#trust },
        () => {
          this.#secure = true
          this.#hello()
        },
      )
      this.#listen(this.#socket)
    })
  }

  #logIn({ user, password }: NonNullable<SessionPlan['auth']>): void {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const done = (reply: LoadReply) => {
      if (reply.code >= 400) {
        this.#end(`AUTH: ${inWords(reply)}`)
        return
      }
      this.#next()
    }
    if (this.#mechanisms.includes('PLAIN')) this.#say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, done)
    else if (this.#mechanisms.includes('LOGIN')) {
      this.#say('AUTH LOGIN', () => this.#say(base64(user), () => this.#say(base64(password), done)))
    } else this.#lacks('AUTH PLAIN or LOGIN (RFC 4954)')
  }

  #needs(keyword: string, what: string): void {
    if (!this.#features.has(keyword)) this.#lacks(what)
  }

  #lacks(what: string): void {
    this.#over = true
    this.#ended.reject(
      new InputError(`the server does not offer ${what}`, {
        code: 'LOAD_NOT_OFFERED',
        remedy: 'Leave the option out, or name a server that offers it; docs/servers.md lists what each can do.',
      }),
    )
    this.#socket.destroy()
  }

  #next(): void {
    const message = this.#another()
    if (!message) {
      this.#quit()
      return
    }
    this.#begin(message)
    if (!this.#inGroups) this.#stepByStep(message)
    else if (this.#plan.bdat) {
      this.#write([Buffer.from(`${groupOf(this.#envelope(message))}BDAT ${message.size} LAST\r\n`), ...message.parts])
      this.#dotSent = true
    } else this.#socket.write(`${groupOf(this.#envelope(message))}DATA\r\n`)
  }

  /** The next message of this session, begun; undefined where there is none. */
  #another(): LoadMessage | undefined {
    if (this.#leaving || this.#begun >= this.#plan.messagesPerConnection) return undefined
    const message = this.#hand.next()
    if (message) this.#begun += 1
    return message
  }

  get #inGroups(): boolean {
    return this.#plan.pipelining !== false && this.#features.has('PIPELINING')
  }

  /** MAIL and RCPT. */
  #envelope({ from, to, size }: LoadMessage): string[] {
    const mail = `MAIL FROM:<${from}>${this.#features.has('SIZE') ? ` SIZE=${size}` : ''}`
    return [mail, ...to.map((address) => `RCPT TO:<${address}>`)]
  }

  /** From here on the replies are about this message. */
  #begin(message: LoadMessage): void {
    this.#message = message
    this.#since = epochNow()
    this.#dotSent = false
    this.#taken = []
    this.#firstRefusal = undefined
    const commands = 1 + message.to.length
    let left = commands
    this.#takes = (reply) => {
      left -= 1
      if (left < commands - 1) this.#taken.push(reply.code < 300)
      if (reply.code >= 400) this.#firstRefusal ??= reply
      if (left === 0) this.#takes = this.#plan.bdat ? (last) => this.#finished(last) : (data) => this.#data(data)
    }
  }

  #stepByStep(message: LoadMessage): void {
    const [mail = ''] = this.#envelope(message)
    const recipient = (index: number) => {
      const address = message.to[index]
      if (address !== undefined) {
        this.#say(`RCPT TO:<${address}>`, (reply) => {
          this.#taken.push(reply.code < 300)
          if (reply.code >= 400) this.#firstRefusal ??= reply
          recipient(index + 1)
        })
      } else if (!this.#taken.includes(true)) this.#refused()
      else if (this.#plan.bdat) {
        this.#takes = (reply) => this.#finished(reply)
        this.#write([Buffer.from(`BDAT ${message.size} LAST\r\n`), ...message.parts])
        this.#dotSent = true
      } else this.#say('DATA', (reply) => this.#data(reply))
    }
    this.#say(mail, (reply) => {
      if (reply.code < 300) {
        recipient(0)
        return
      }
      this.#firstRefusal = reply
      this.#refused()
    })
  }

  /** The reply to DATA. */
  #data(reply: LoadReply): void {
    const message = this.#message
    if (!message) return
    if (reply.code !== 354) {
      this.#firstRefusal ??= reply
      this.#refused()
      return
    }
    this.#takes = (last) => this.#finished(last)
    this.#dotSent = true
    // RFC 2920 §3.1: a server may answer 354 although it took no recipient; then an empty message ends it.
    if (!this.#taken.includes(true)) {
      this.#write([END_OF_DATA])
      return
    }
    // The same section: what begins the next transaction may go behind the data of this one.
    const ahead = this.#inGroups ? this.#another() : undefined
    this.#ahead = ahead
    const behind = ahead ? [Buffer.from(`${groupOf(this.#envelope(ahead))}DATA\r\n`)] : []
    this.#write([...message.parts, END_OF_DATA, ...behind])
  }

  /** In one write. */
  #write(parts: readonly Buffer[]): void {
    this.#socket.cork()
    for (const part of parts) this.#socket.write(part)
    this.#socket.uncork()
  }

  /** The reply to the final dot, or to the last BDAT. */
  #finished(reply: LoadReply): void {
    const message = this.#message
    if (!message) return
    const ahead = this.#ahead
    this.#ahead = undefined
    if (reply.code < 300 && this.#taken.includes(true)) {
      this.#message = undefined
      this.#hand.accepted(message, this.#taken, reply, this.#since)
    } else {
      this.#firstRefusal ??= reply
      if (!ahead) {
        this.#refused()
        return
      }
      // The end of the data has ended the transaction, too: no RSET is needed, and it would end the next one.
      this.#hand.refused(message, inWords(this.#firstRefusal))
    }
    if (ahead) this.#begin(ahead)
    else this.#next()
  }

  #refused(): void {
    const message = this.#message
    this.#message = undefined
    if (message)
      this.#hand.refused(message, this.#firstRefusal ? inWords(this.#firstRefusal) : 'no recipient was taken')
    this.#say('RSET', () => this.#next())
  }

  #quit(): void {
    this.#leaving = true
    this.#socket.setTimeout(patience(QUIT_REPLY_MS), () => this.#end(undefined))
    this.#say('QUIT', () => this.#end(undefined))
  }

  #say(command: string, takes: (reply: LoadReply) => void): void {
    this.#takes = takes
    this.#socket.write(`${command}\r\n`)
  }

  #end(why: string | undefined): void {
    if (this.#over) return
    this.#over = true
    const message = this.#message
    const reason = why ?? 'the session was over'
    const ahead = this.#ahead
    this.#message = undefined
    this.#ahead = undefined
    if (message) {
      // 421 is an answer, to the final dot as to anything else.
      if (this.#dotSent && !reason.startsWith('421')) this.#hand.unknown(message, reason)
      else this.#hand.refused(message, reason)
    }
    if (ahead) this.#hand.refused(ahead, reason)
    // Whatever comes of it now is nobody's business.
    this.#socket.removeAllListeners('error').on('error', () => {})
    this.#socket.destroy()
    const failed = why !== undefined && !(this.#leaving && message === undefined)
    this.#ended.resolve({ begun: this.#begun, ...(failed ? { why } : {}) })
  }
}

function groupOf(commands: readonly string[]): string {
  return `${commands.join('\r\n')}\r\n`
}

function inWords({ code, text }: LoadReply): string {
  return `${code} ${text}`.slice(0, 200)
}
