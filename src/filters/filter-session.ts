import { epochNow } from '../metrics/clock.ts'

export interface FilterLine {
  /** Milliseconds since the connection was accepted. */
  at: number
  /** `C` the server under test, which asks; `S` the filter; `*` a remark. */
  who: 'C' | 'S' | '*'
  text: string
}

/** One connection of a server to a filter: what it asked, and what it was answered. */
export class FilterSession {
  /** When the connection was accepted, milliseconds since the epoch. */
  readonly at = epochNow()
  readonly lines: FilterLine[] = []
  /** How it ended, e.g. `QUIT`, `closed by the server`; undefined while it lasts. */
  end: string | undefined
  readonly #start = performance.now()

  note(who: FilterLine['who'], text: string): void {
    this.lines.push({ at: performance.now() - this.#start, who, text })
  }

  /** Says how it ended; the first word counts. */
  finish(how: string): void {
    if (this.end !== undefined) return
    this.end = how
    this.note('*', how)
  }

  /** The dialogue, a line each: `C: RCPT <jim@example.com>`. */
  get transcript(): string {
    return this.lines.map(({ who, text }) => `${who}: ${text}`).join('\n')
  }
}
