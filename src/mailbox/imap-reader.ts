import { MailrigError } from '../errors/mailrig-error.ts'
import type { Connection, ConnectionReader } from '../session/connection.ts'
import type { Wait } from '../session/waits.ts'

const LIMIT = 256 * 1024 * 1024

/** Octets to responses: a line, and with it the literals that it announces (RFC 9051 §4.3). */
export class ImapReader implements ConnectionReader {
  /** What came and is no whole response yet. Put together only when enough is there: a message comes in thousands of parts. */
  #parts: Buffer[] = []
  #length = 0
  /** As many octets have to be there before it is worth a look. */
  #needed = 0
  readonly #lines: string[] = []
  #wait: Wait<string> | undefined

  /** Octets that came and that nobody has read. */
  get unread(): Buffer {
    return Buffer.concat([...this.#lines.map((line) => Buffer.from(`${line}\r\n`)), ...this.#parts])
  }

  /** The next response, without its line end. @throws SessionWaitError, SessionEndedError */
  line(connection: Connection, what: string): Promise<string> {
    const line = this.#lines.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (connection.end) return Promise.reject(connection.endedError(what))
    this.#wait = connection.waits.start<string>(
      () => what,
      connection.timeoutMs,
      () => {
        this.#wait = undefined
      },
    )
    return this.#wait.promise
  }

  received(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#length += chunk.length
    if (this.#length > LIMIT) {
      throw new MailrigError(`Expected a response of at most ${LIMIT} octets, and more came without an end.`, {
        code: 'REPLY_TOO_LONG',
      })
    }
    if (this.#length < this.#needed) return
    this.#take(Buffer.concat(this.#parts))
    const wait = this.#wait
    const line = wait && this.#lines.shift()
    if (wait && line !== undefined) {
      this.#wait = undefined
      wait.resolve(line)
    }
  }

  ended(): void {}

  /** Takes the responses out that are whole. */
  #take(octets: Buffer): void {
    let rest = octets
    let found = responseEnd(rest)
    for (; found.end !== undefined; found = responseEnd(rest)) {
      this.#lines.push(rest.toString('utf8', 0, found.end))
      rest = rest.subarray(found.end + 2)
    }
    this.#parts = [rest]
    this.#length = rest.length
    this.#needed = found.needed
  }
}

/** Where the first response ends, at its last CRLF; while it is not whole, how many octets it has at least. */
function responseEnd(octets: Buffer): { end: number } | { end?: undefined; needed: number } {
  let from = 0
  for (;;) {
    const end = octets.indexOf('\r\n', from)
    if (end === -1) return { needed: octets.length + 1 }
    const literal = /\{(\d+)\}$/.exec(octets.toString('latin1', Math.max(from, end - 16), end))
    if (!literal) return { end }
    from = end + 2 + Number(literal[1])
    if (from > octets.length) return { needed: from + 2 }
  }
}
