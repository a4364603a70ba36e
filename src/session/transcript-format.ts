import { createColors } from 'picocolors'
import type { Transcript, TranscriptEvent } from './transcript.ts'

export interface TranscriptFormat {
  /** ANSI colours. Default false. */
  colour?: boolean
  /** Message bodies and overlong lines in full. Default false. */
  full?: boolean
  /** Puts this before every line, to tell connections apart in a live view. */
  prefix?: string
}

const LF = 0x0a
const CR = 0x0d
const BODY_LINES = 12
const LINE_OCTETS = 400
const MASK = '***'

/**
 * A transcript for people: `   12.3 ms C: EHLO client.example`. Octets that do not print are escaped, a line end is
 * shown when it is not CRLF, bodies are cut short and secrets masked.
 */
export function format(transcript: Transcript, options: TranscriptFormat = {}): string {
  const formatter = new TranscriptFormatter(options)
  const lines: string[] = []
  for (const event of transcript.events) lines.push(...formatter.feed(event))
  lines.push(...formatter.flush())
  return lines.join('\n')
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
 * Events in, finished lines out. Follows the dialogue as far as rendering needs it: what is a message body (after 354,
 * or counted by BDAT) and what is a secret (AUTH, RFC 4954 §4; PASS, RFC 1939 §7; LOGIN and AUTHENTICATE, RFC 9051 §6.2)
 * is told from the octets alone, so that it holds for dialogue written by hand.
 */
export class TranscriptFormatter {
  readonly #options: TranscriptFormat
  readonly #colours
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

  constructor(options: TranscriptFormat = {}) {
    this.#options = options
    this.#colours = createColors(options.colour ?? false)
  }

  feed(event: TranscriptEvent): string[] {
    const out: string[] = []
    if (event.kind === 'note') {
      out.push(this.#render(event.at, this.#colours.dim(`-- ${event.text}`)))
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
  flush(): string[] {
    const out: string[] = []
    for (const kind of ['received', 'sent'] as const) {
      const partial = this.#partial[kind]
      if (partial) this.#line(kind, partial.at, Buffer.concat(partial.parts), out)
      this.#partial[kind] = undefined
    }
    return out
  }

  #line(kind: 'sent' | 'received', at: number, line: Buffer, out: string[]): void {
    if (kind === 'sent') this.#sentLine(at, line, out)
    else this.#receivedLine(at, line, out)
  }

  #receivedLine(at: number, line: Buffer, out: string[]): void {
    const head = line.toString('latin1', 0, 4)
    if (typeof this.#retrieval === 'object') {
      if (!isDot(line)) {
        if (this.#counts(this.#retrieval, line)) this.#server(at, this.#show(line), head, out)
        return
      }
      const cut = this.#cut(this.#retrieval)
      if (cut !== '') this.#server(at, cut, head, out)
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
    this.#server(at, this.#show(line), head, out)
  }

  #sentLine(at: number, line: Buffer, out: string[]): void {
    if (this.#body) {
      if (!isDot(line)) {
        if (this.#counts(this.#body, line)) this.#client(at, this.#show(line), out)
        return
      }
      const cut = this.#cut(this.#body)
      if (cut !== '') this.#client(at, cut, out)
      this.#body = undefined
      this.#client(at, this.#show(line), out)
      return
    }
    if (this.#secretNext) {
      this.#secretNext = false
      const text = line.toString('latin1').trimEnd()
      this.#client(at, text === '*' ? text : MASK, out)
      return
    }
    const command = line.toString('latin1', 0, Math.min(line.length, 64))
    const auth = /^((?:auth|\S+\s+authenticate)\s+\S+)(\s+\S+)?/i.exec(command)
    if (auth) {
      this.#authAsked = true
      const initial = auth[2] === undefined ? '' : auth[2].trim() === '=' ? ' =' : ` ${MASK}`
      this.#client(at, `${auth[1]}${initial}`, out)
      return
    }
    const login = /^(\S+\s+login\s+)\S/i.exec(command)
    if (login) {
      this.#client(at, `${login[1]}${MASK}`, out)
      return
    }
    if (/^pass\s/i.test(command)) {
      this.#client(at, `${command.slice(0, 4)} ${MASK}`, out)
      return
    }
    if (/^data\s*$/i.test(command)) this.#dataAsked = true
    if (/^(?:retr|top)\s/i.test(command)) this.#retrieval = 'asked'
    const bdat = /^bdat\s+(\d+)/i.exec(command)
    if (bdat) this.#chunkLeft = Number(bdat[1])
    this.#client(at, this.#show(line), out)
  }

  /** Octets of a BDAT chunk (RFC 3030 §2); what is left of `octets` comes back. */
  #chunk(at: number, octets: Buffer, out: string[]): Buffer {
    const chunk = octets.subarray(0, this.#chunkLeft)
    this.#chunkLeft -= chunk.length
    const body: Body = { lines: 0, octets: 0 }
    for (let from = 0; from < chunk.length; ) {
      const lf = chunk.indexOf(LF, from)
      const line = chunk.subarray(from, lf === -1 ? chunk.length : lf + 1)
      if (this.#counts(body, line)) this.#client(at, this.#show(line, true), out)
      from += line.length
    }
    const cut = this.#cut(body)
    if (cut !== '') this.#client(at, cut, out)
    return octets.subarray(chunk.length)
  }

  /** Counts a line of a body; true when it is to be shown. */
  #counts(body: Body, line: Buffer): boolean {
    body.lines += 1
    body.octets += line.length
    return this.#options.full === true || body.lines <= BODY_LINES
  }

  /** What to say of the lines of a body that were not shown; empty when all were. */
  #cut({ lines, octets }: Body): string {
    if (this.#options.full || lines <= BODY_LINES) return ''
    return this.#colours.dim(`… ${lines - BODY_LINES} more lines, ${octets} octets in all`)
  }

  #server(at: number, text: string, head: string, out: string[]): void {
    const { green, red, yellow } = this.#colours
    const colour = head.startsWith('5') || head.startsWith('-ERR') ? red : head.startsWith('4') ? yellow : green
    out.push(this.#render(at, `${colour('S:')} ${text}`))
  }

  #client(at: number, text: string, out: string[]): void {
    out.push(this.#render(at, `${this.#colours.cyan('C:')} ${text}`))
  }

  #render(at: number, text: string): string {
    const prefix = this.#options.prefix === undefined ? '' : `${this.#options.prefix} `
    return `${prefix}${this.#colours.dim(`${at.toFixed(1).padStart(7)} ms`)} ${text}`
  }

  #show(line: Buffer, counted = false): string {
    const lf = line[line.length - 1] === LF
    const crlf = lf && line[line.length - 2] === CR
    const content = line.subarray(0, line.length - (crlf ? 2 : lf ? 1 : 0))
    const cut = !this.#options.full && content.length > LINE_OCTETS
    const text = escapeOctets(cut ? content.subarray(0, LINE_OCTETS) : content)
    const size = cut ? ` … (${content.length} octets)` : ''
    const end = crlf || (counted && !lf) ? '' : lf ? '\\n' : ' (no line end)'
    return `${text}${size}${end}`
  }
}

function isDot(line: Buffer): boolean {
  return line.length <= 3 && line.toString('latin1').trimEnd() === '.'
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Printable text of octets: UTF-8 where it is valid, `\xNN` for the rest. */
export function escapeOctets(octets: Buffer): string {
  let text: string
  try {
    text = UTF8.decode(octets)
  } catch {
    text = octets.toString('latin1').replace(/[\x80-\xff]/g, hex)
  }
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => ESCAPES[char] ?? hex(char))
}

const ESCAPES: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}
