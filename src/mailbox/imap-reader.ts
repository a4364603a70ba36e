import { MailrigError } from '../errors/mailrig-error.ts'
import type { Connection, ConnectionReader } from '../session/connection.ts'
import type { Wait } from '../session/waits.ts'

const LIMIT = 256 * 1024 * 1024

/** Octets to responses: a line, and with it the literals that it announces (RFC 9051 §4.3). */
export class ImapReader implements ConnectionReader {
  #octets = Buffer.alloc(0)
  readonly #lines: string[] = []
  #wait: Wait<string> | undefined

  /** Octets that came and that nobody has read. */
  get unread(): Buffer {
    return Buffer.concat([...this.#lines.map((line) => Buffer.from(`${line}\r\n`)), this.#octets])
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
    this.#octets = Buffer.concat([this.#octets, chunk])
    if (this.#octets.length > LIMIT) {
      throw new MailrigError(`Expected a response of at most ${LIMIT} octets, and more came without an end.`, {
        code: 'REPLY_TOO_LONG',
      })
    }
    for (let end = responseEnd(this.#octets); end !== undefined; end = responseEnd(this.#octets)) {
      this.#lines.push(this.#octets.toString('utf8', 0, end))
      this.#octets = this.#octets.subarray(end + 2)
    }
    const wait = this.#wait
    const line = wait && this.#lines.shift()
    if (wait && line !== undefined) {
      this.#wait = undefined
      wait.resolve(line)
    }
  }

  ended(): void {}
}

/** Where the first response ends, at its last CRLF; undefined while it is not whole. */
function responseEnd(octets: Buffer): number | undefined {
  let from = 0
  for (;;) {
    const end = octets.indexOf('\r\n', from)
    if (end === -1) return undefined
    const literal = /\{(\d+)\}$/.exec(octets.toString('latin1', Math.max(from, end - 16), end))
    if (!literal) return end
    from = end + 2 + Number(literal[1])
    if (from > octets.length) return undefined
  }
}
