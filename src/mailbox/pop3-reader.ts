import { MailrigError } from '../errors/mailrig-error.ts'
import type { ConnectionReader } from '../session/connection.ts'
import { unstuff } from '../session/dot-stuffing.ts'
import type { Wait } from '../session/waits.ts'

/** A POP3 response (RFC 1939 §3). */
export interface Pop3Response {
  ok: boolean
  /** A challenge (RFC 5034 §4): neither yes nor no. */
  challenge: boolean
  /** What stands after `+OK` or `-ERR`, or after the `+` of a challenge. */
  text: string
  /** What follows the first line of a multi-line response, dots undone. Empty for others. */
  body: Buffer
}

interface Asked {
  multiline: boolean
  wait: Wait<Pop3Response>
}

const LIMIT = 256 * 1024 * 1024
const LF = 0x0a
const MINUS = 0x2d

/** Octets to responses. POP3 has one command under way at a time, so a response ends where the octets do. */
export class Pop3Reader implements ConnectionReader {
  #asked: Asked | undefined
  #parts: Buffer[] = []
  #length = 0

  /** Octets that came and that nobody has read. */
  get unread(): Buffer {
    return Buffer.concat(this.#parts)
  }

  ask(asked: Asked): void {
    this.#asked = asked
    this.#deliver()
  }

  /** Takes back a question whose wait has ended. */
  forget(): void {
    this.#asked = undefined
  }

  received(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#length += chunk.length
    if (this.#length > LIMIT) {
      throw new MailrigError(`Expected a response of at most ${LIMIT} octets, and more came without an end.`, {
        code: 'REPLY_TOO_LONG',
      })
    }
    this.#deliver()
  }

  ended(): void {}

  #deliver(): void {
    const asked = this.#asked
    if (!asked || this.#length === 0) return
    const negative = this.#parts[0]?.[0] === MINUS
    if (!this.#endsWith(asked.multiline && !negative ? '\r\n.\r\n' : '\n')) return
    const octets = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    this.#asked = undefined
    const lf = octets.indexOf(LF)
    const line = octets.toString('utf8', 0, lf).trimEnd()
    const body = asked.multiline && !negative ? unstuff(octets.subarray(lf + 1, -3)) : Buffer.alloc(0)
    asked.wait.resolve({
      ok: line.startsWith('+OK'),
      challenge: /^\+(?: |$)/.test(line),
      text: line.replace(/^(?:\+OK|-ERR|\+) ?/, ''),
      body,
    })
  }

  #endsWith(end: string): boolean {
    let tail = ''
    for (let index = this.#parts.length - 1; index >= 0 && tail.length < end.length; index -= 1) {
      tail = (this.#parts[index]?.subarray(-end.length).toString('latin1') ?? '') + tail
    }
    return tail.endsWith(end)
  }
}
