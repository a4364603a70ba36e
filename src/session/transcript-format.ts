import { createColors } from 'picocolors'
import type { Transcript, TranscriptEvent } from './transcript.ts'
import { type TranscriptLine, TranscriptReader } from './transcript-lines.ts'

export interface TranscriptFormat {
  /** ANSI colours. Default false. */
  colour?: boolean
  /** Message bodies and overlong lines in full. Default false. */
  full?: boolean
  /** Puts this before every line, to tell connections apart in a live view. */
  prefix?: string
}

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

/** Events in, formatted lines out. */
export class TranscriptFormatter {
  readonly #reader: TranscriptReader
  readonly #prefix: string
  readonly #colours

  constructor({ colour = false, full = false, prefix }: TranscriptFormat = {}) {
    this.#reader = new TranscriptReader({ full })
    this.#prefix = prefix === undefined ? '' : `${prefix} `
    this.#colours = createColors(colour)
  }

  feed(event: TranscriptEvent): string[] {
    return this.#reader.feed(event).map((line) => this.#render(line))
  }

  /** Lines that have begun and not ended, marked as such. */
  flush(): string[] {
    return this.#reader.flush().map((line) => this.#render(line))
  }

  #render(line: TranscriptLine): string {
    return `${this.#prefix}${this.#colours.dim(`${line.at.toFixed(1).padStart(7)} ms`)} ${this.#said(line)}`
  }

  #said({ who, text, more }: TranscriptLine): string {
    const { cyan, dim, green, red, yellow } = this.#colours
    if (who === '*') return dim(`-- ${text}`)
    const shown = more === undefined ? text : dim(text)
    if (who === 'C') return `${cyan('C:')} ${shown}`
    const colour = /^(?:5|-ERR)/.test(text) ? red : text.startsWith('4') ? yellow : green
    return `${colour('S:')} ${shown}`
  }
}
