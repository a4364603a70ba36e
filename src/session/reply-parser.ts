import { MailrigError } from '../errors/mailrig-error.ts'
import type { ParsedReply } from './reply.ts'

export interface ReplyLimits {
  /** Octets of one line. RFC 5321 §4.5.3.1.5 allows 512; servers do more. Default 65,536. */
  maxLine?: number
  /** Octets of one reply, all lines. Default 1,048,576. */
  maxReply?: number
}

/** The server sent more than a reply may hold; the session cannot go on. */
export class ReplyLimitError extends MailrigError {
  constructor(what: string, limit: number) {
    super(`Expected a reply of at most ${limit} octets a ${what}, and more came without an end.`, {
      code: 'REPLY_TOO_LONG',
      remedy: `Look at what the server sends; if it is right, raise the ${what} limit of the session.`,
    })
  }
}

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const HYPHEN = 0x2d
const NO_FAULTS: readonly string[] = Object.freeze([])

/**
 * Octets in, complete replies out, each octet looked at once (RFC 5321 §4.2.1). What breaks the grammar is kept and
 * named in the reply's `faults`: a line without a code ends nothing inside a reply, and outside one is a reply of
 * code 0; of differing codes the last counts; a bare LF ends a line as well.
 */
export class ReplyParser {
  readonly #onReply: (reply: ParsedReply) => void
  readonly #maxLine: number
  readonly #maxReply: number
  /** Earlier chunks of the reply that is not complete yet. */
  #earlier: Buffer[] = []
  #earlierLength = 0
  /** Octets of the unfinished line, within `#earlier`. */
  #lineLength = 0
  #lines: string[] = []
  #faults: string[] | undefined
  #code = 0

  constructor(onReply: (reply: ParsedReply) => void, limits: ReplyLimits = {}) {
    this.#onReply = onReply
    this.#maxLine = limits.maxLine ?? 65_536
    this.#maxReply = limits.maxReply ?? 1_048_576
  }

  /** Octets of a reply that has begun and not ended. */
  get pending(): Buffer {
    return Buffer.concat(this.#earlier)
  }

  /** @throws ReplyLimitError */
  push(chunk: Buffer): void {
    let replyStart = 0
    let lineStart = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, lineStart)) {
      const lineLength = this.#lineLength + end + 1 - lineStart
      if (lineLength > this.#maxLine) throw new ReplyLimitError('line', this.#maxLine)
      const complete =
        this.#lineLength === 0
          ? this.#line(chunk, lineStart, end)
          : this.#brokenLine(chunk.subarray(lineStart, end + 1), lineLength)
      lineStart = end + 1
      this.#lineLength = 0
      if (this.#earlierLength + lineStart - replyStart > this.#maxReply) {
        throw new ReplyLimitError('reply', this.#maxReply)
      }
      if (complete) {
        this.#finish(chunk.subarray(replyStart, lineStart))
        replyStart = lineStart
      }
    }
    if (replyStart === chunk.length) return
    const rest = chunk.subarray(replyStart)
    this.#earlier.push(rest)
    this.#earlierLength += rest.length
    this.#lineLength += chunk.length - lineStart
    if (this.#lineLength > this.#maxLine) throw new ReplyLimitError('line', this.#maxLine)
    if (this.#earlierLength > this.#maxReply) throw new ReplyLimitError('reply', this.#maxReply)
  }

  #finish(tail: Buffer): void {
    const raw = this.#earlierLength === 0 ? tail : Buffer.concat([...this.#earlier, tail])
    const reply = { code: this.#code, lines: this.#lines, raw, faults: this.#faults ?? NO_FAULTS }
    this.#earlier = []
    this.#earlierLength = 0
    this.#lines = []
    this.#faults = undefined
    this.#code = 0
    this.#onReply(reply)
  }

  /** A line that began in an earlier chunk. */
  #brokenLine(tail: Buffer, length: number): boolean {
    const parts: Buffer[] = [tail]
    let missing = length - tail.length
    for (let index = this.#earlier.length - 1; missing > 0; index -= 1) {
      const part = this.#earlier[index]
      if (part === undefined) break
      parts.unshift(part.length > missing ? part.subarray(part.length - missing) : part)
      missing -= part.length
    }
    return this.#line(Buffer.concat(parts), 0, length - 1)
  }

  /** Takes the line `[start, lf)`; true when it ends a reply. */
  #line(octets: Buffer, start: number, lf: number): boolean {
    const crlf = lf > start && octets[lf - 1] === CR
    const end = crlf ? lf - 1 : lf
    if (!crlf) this.#fault('ends in a bare LF')
    const code = codeAt(octets, start, end)
    const separator = end - start > 3 ? octets[start + 3] : SPACE
    if (code === 0 || (separator !== SPACE && separator !== HYPHEN)) {
      this.#fault('does not begin with a reply code and a space or hyphen')
      this.#lines.push(octets.toString('utf8', start, end))
      return this.#code === 0
    }
    if (this.#code !== 0 && this.#code !== code) {
      this.#fault(`has code ${code}, the lines before have ${this.#code}`)
    }
    this.#code = code
    this.#lines.push(octets.toString('utf8', Math.min(start + 4, end), end))
    return separator === SPACE
  }

  #fault(what: string): void {
    this.#faults ??= []
    this.#faults.push(`Line ${this.#lines.length + 1} ${what}.`)
  }
}

/** `Reply-code` of RFC 5321 §4.2: first digit 2-5, second 0-5, third 0-9, read with 0-9 for the second. 0: none. */
function codeAt(octets: Buffer, start: number, end: number): number {
  if (end - start < 3) return 0
  const a = (octets[start] ?? 0) - 0x30
  const b = (octets[start + 1] ?? 0) - 0x30
  const c = (octets[start + 2] ?? 0) - 0x30
  return a >= 1 && a <= 5 && b >= 0 && b <= 9 && c >= 0 && c <= 9 ? a * 100 + b * 10 + c : 0
}
