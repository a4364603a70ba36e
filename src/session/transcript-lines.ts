import { escapeOctets } from './escape-octets.ts'
import type { Transcript, TranscriptEvent } from './transcript.ts'

/** One line of a session, ready to be shown: octets that do not print are escaped, secrets masked. */
export interface TranscriptLine {
  /** Milliseconds since the session began. */
  at: number
  /** The client, the server, or a note about the connection itself. */
  who: 'C' | 'S' | '*'
  text: string
  /** The line stands for this many lines of a body, which are not shown. */
  more?: number
}

const LF = 0x0a
const CR = 0x0d
const BODY_LINES = 12
const LINE_OCTETS = 400
const MASK = '***'

/** The lines of a transcript. Bodies are cut short unless asked for in full. */
export function linesOf(transcript: Transcript, options: { full?: boolean } = {}): TranscriptLine[] {
  const reader = new TranscriptReader(options)
  return [...transcript.events.flatMap((event) => reader.feed(event)), ...reader.flush()]
}

interface Body {
  lines: number
  octets: number
}

interface Unfinished {
  at: number
  parts: Buffer[]
}

/**
 * Events in, finished lines out. Follows the dialogue as far as that needs it: what is a message body (after 354,
 * or counted by BDAT) and what is a secret (AUTH, RFC 4954 §4; PASS, RFC 1939 §7; LOGIN and AUTHENTICATE, RFC 9051 §6.2)
 * is told from the octets alone, so that it holds for dialogue written by hand.
 */
export class TranscriptReader {
  readonly #full: boolean
  readonly #partial: { sent: Unfinished | undefined; received: Unfinished | undefined } = {
    sent: undefined,
    received: undefined,
  }
  #dataAsked = false
  #authAsked = false
  #secretNext = false
  #body: Body | undefined
  #retrieval: 'none' | 'asked' | Body = 'none'
  #chunkLeft = 0

  constructor({ full = false }: { full?: boolean } = {}) {
    this.#full = full
  }

  feed(event: TranscriptEvent): TranscriptLine[] {
    const out: TranscriptLine[] = []
    if (event.kind === 'note') {
      out.push({ at: event.at, who: '*', text: event.text })
      return out
    }
    let octets = typeof event.octets === 'string' ? Buffer.from(event.octets) : event.octets
    while (octets.length > 0) {
      if (event.kind === 'sent' && this.#chunkLeft > 0) {
        octets = this.#chunk(event.at, octets, out)
        continue
      }
      const lf = octets.indexOf(LF)
      const partial = this.#partial[event.kind]
      if (lf === -1) {
        if (partial) partial.parts.push(octets)
        else this.#partial[event.kind] = { at: event.at, parts: [octets] }
        break
      }
      const tail = octets.subarray(0, lf + 1)
      octets = octets.subarray(lf + 1)
      this.#partial[event.kind] = undefined
      const line = partial ? Buffer.concat([...partial.parts, tail]) : tail
      this.#line(event.kind, partial?.at ?? event.at, line, out)
    }
    return out
  }

  /** Lines that have begun and not ended, marked as such. */
  flush(): TranscriptLine[] {
    const out: TranscriptLine[] = []
    for (const kind of ['received', 'sent'] as const) {
      const partial = this.#partial[kind]
      if (partial) this.#line(kind, partial.at, Buffer.concat(partial.parts), out)
      this.#partial[kind] = undefined
    }
    return out
  }

  #line(kind: 'sent' | 'received', at: number, line: Buffer, out: TranscriptLine[]): void {
    if (kind === 'sent') this.#sentLine(at, line, out)
    else this.#receivedLine(at, line, out)
  }

  #receivedLine(at: number, line: Buffer, out: TranscriptLine[]): void {
    const head = line.toString('latin1', 0, 4)
    if (typeof this.#retrieval === 'object') {
      if (!isDot(line)) {
        if (this.#counts(this.#retrieval, line)) out.push({ at, who: 'S', text: this.#show(line) })
        return
      }
      this.#cut('S', at, this.#retrieval, out)
      this.#retrieval = 'none'
    } else if (this.#retrieval === 'asked') {
      this.#retrieval = head.startsWith('+OK') ? { lines: 0, octets: 0 } : 'none'
    }
    if (!/^\d\d\d-/.test(head)) {
      // Replies to what was sent in the same write as DATA come first (RFC 2920).
      if (head.startsWith('354') && this.#dataAsked) {
        this.#body = { lines: 0, octets: 0 }
        this.#dataAsked = false
      }
      this.#secretNext = this.#authAsked && (head.startsWith('334') || head.startsWith('+ '))
      if (!this.#secretNext) this.#authAsked = false
    }
    out.push({ at, who: 'S', text: this.#show(line) })
  }

  #sentLine(at: number, line: Buffer, out: TranscriptLine[]): void {
    if (this.#body) {
      if (!isDot(line)) {
        if (this.#counts(this.#body, line)) out.push({ at, who: 'C', text: this.#show(line) })
        return
      }
      this.#cut('C', at, this.#body, out)
      this.#body = undefined
      out.push({ at, who: 'C', text: this.#show(line) })
      return
    }
    if (this.#secretNext) {
      this.#secretNext = false
      const text = line.toString('latin1').trimEnd()
      out.push({ at, who: 'C', text: text === '*' ? text : MASK })
      return
    }
    const command = line.toString('latin1', 0, Math.min(line.length, 64))
    const auth = /^((?:auth|\S+\s+authenticate)\s+\S+)(\s+\S+)?/i.exec(command)
    if (auth) {
      this.#authAsked = true
      const initial = auth[2] === undefined ? '' : auth[2].trim() === '=' ? ' =' : ` ${MASK}`
      out.push({ at, who: 'C', text: `${auth[1]}${initial}` })
      return
    }
    const login = /^(\S+\s+login\s+)\S/i.exec(command)
    if (login) {
      out.push({ at, who: 'C', text: `${login[1]}${MASK}` })
      return
    }
    if (/^pass\s/i.test(command)) {
      out.push({ at, who: 'C', text: `${command.slice(0, 4)} ${MASK}` })
      return
    }
    if (/^data\s*$/i.test(command)) this.#dataAsked = true
    if (/^(?:retr|top)\s/i.test(command)) this.#retrieval = 'asked'
    const bdat = /^bdat\s+(\d+)/i.exec(command)
    if (bdat) this.#chunkLeft = Number(bdat[1])
    out.push({ at, who: 'C', text: this.#show(line) })
  }

  /** Octets of a BDAT chunk (RFC 3030 §2); what is left of `octets` comes back. */
  #chunk(at: number, octets: Buffer, out: TranscriptLine[]): Buffer {
    const chunk = octets.subarray(0, this.#chunkLeft)
    this.#chunkLeft -= chunk.length
    const body: Body = { lines: 0, octets: 0 }
    for (let from = 0; from < chunk.length; ) {
      const lf = chunk.indexOf(LF, from)
      const line = chunk.subarray(from, lf === -1 ? chunk.length : lf + 1)
      if (this.#counts(body, line)) out.push({ at, who: 'C', text: this.#show(line, true) })
      from += line.length
    }
    this.#cut('C', at, body, out)
    return octets.subarray(chunk.length)
  }

  /** Counts a line of a body; true when it is to be shown. */
  #counts(body: Body, line: Buffer): boolean {
    body.lines += 1
    body.octets += line.length
    return this.#full || body.lines <= BODY_LINES
  }

  /** Says how much of a body was not shown; nothing when all of it was. */
  #cut(who: 'C' | 'S', at: number, { lines, octets }: Body, out: TranscriptLine[]): void {
    if (this.#full || lines <= BODY_LINES) return
    const more = lines - BODY_LINES
    out.push({ at, who, text: `… ${more} more lines, ${octets} octets in all`, more })
  }

  #show(line: Buffer, counted = false): string {
    const lf = line[line.length - 1] === LF
    const crlf = lf && line[line.length - 2] === CR
    const content = line.subarray(0, line.length - (crlf ? 2 : lf ? 1 : 0))
    const cut = !this.#full && content.length > LINE_OCTETS
    const text = escapeOctets(cut ? content.subarray(0, LINE_OCTETS) : content)
    const size = cut ? ` … (${content.length} octets)` : ''
    const end = crlf || (counted && !lf) ? '' : lf ? '\\n' : ' (no line end)'
    return `${text}${size}${end}`
  }
}

function isDot(line: Buffer): boolean {
  return line.length <= 3 && line.toString('latin1').trimEnd() === '.'
}
