import type { ConnectionReader } from './connection.ts'
import { makeReply, type Reply } from './reply.ts'
import { type ReplyLimits, ReplyParser } from './reply-parser.ts'
import type { ConnectionEnd } from './session-error.ts'
import type { Wait } from './waits.ts'

export interface AwaitedReply {
  /** The command, where it was one line. */
  line: string | undefined
  wait: Wait<Reply>
  /** Milliseconds since the start of the session. */
  sentAt: number
}

/** Octets to replies, replies to those who wait: the first asked is the first answered. */
export class ReplyReader implements ConnectionReader {
  greeting: Reply | undefined
  /** Replies nobody has asked for yet. */
  readonly unread: Reply[] = []
  readonly awaited: AwaitedReply[] = []
  parser: ReplyParser
  readonly onOctets = new Set<(chunk: Buffer) => void>()
  readonly onEnd = new Set<(end: ConnectionEnd) => void>()
  lastSentAt = 0
  /** Recipients accepted in the transaction under way. */
  accepted = 0
  readonly #limits: ReplyLimits | undefined
  #at = 0

  constructor(limits?: ReplyLimits) {
    this.#limits = limits
    this.parser = this.#newParser()
  }

  /** Forgets what has come and was not read, as a client must do when TLS begins (RFC 3207 §4.2). */
  discard(): void {
    this.unread.length = 0
    this.parser = this.#newParser()
  }

  #newParser(): ReplyParser {
    return new ReplyParser((parsed) => {
      const awaited = this.awaited.shift()
      const reply = makeReply(parsed, this.#at, this.#at - (awaited?.sentAt ?? this.lastSentAt))
      this.greeting ??= reply
      if (awaited) {
        this.answered(awaited.line, reply)
        awaited.wait.resolve(reply)
      } else {
        this.unread.push(reply)
      }
    }, this.#limits)
  }

  received(chunk: Buffer, at: number): void {
    this.#at = at
    if (this.onOctets.size > 0) for (const listener of this.onOctets) listener(chunk)
    this.parser.push(chunk)
  }

  ended(end: ConnectionEnd): void {
    for (const listener of this.onEnd) listener(end)
  }

  /** Takes back a wait that has ended without its reply. */
  forget(awaited: AwaitedReply): void {
    const index = this.awaited.indexOf(awaited)
    if (index !== -1) this.awaited.splice(index, 1)
  }

  /** Counts the recipients of a transaction: LMTP answers the end of data once for each (RFC 2033 §4.2). */
  answered(line: string | undefined, reply: Reply): void {
    if (line === undefined || reply.code < 200 || reply.code > 299) return
    if (/^rcpt/i.test(line)) this.accepted += 1
    else if (/^(?:mail|rset|lhlo|ehlo|helo)/i.test(line)) this.accepted = 0
  }
}
