import { epochNow } from '../metrics/clock.ts'
import type { RelayedMessage, TlsState } from './relayed-message.ts'

export interface TranscriptLine {
  /** Milliseconds since the connection was accepted. */
  at: number
  /** `C` the server under test, which is the client here; `S` the upstream; `*` a remark. */
  who: 'C' | 'S' | '*'
  text: string
}

/** One connection to an upstream, whatever became of it. */
export class Attempt {
  /** When the connection was accepted, milliseconds since the epoch. */
  readonly at = epochNow()
  readonly clientAddress: string
  /** The port that the client came to, as the topology names it. */
  readonly port: number
  /** The latest argument of HELO or EHLO. */
  helo = ''
  tls: false | TlsState = false
  user: string | undefined
  readonly lines: TranscriptLine[] = []
  /** What was accepted on it, in order. */
  readonly messages: RelayedMessage[] = []
  /** What came to the end of mail data and was not accepted. */
  readonly refused: RelayedMessage[] = []
  /** How it ended, e.g. `QUIT`, `closed by the client`, `reset by script`; undefined while it lasts. */
  end: string | undefined
  readonly #start = performance.now()

  constructor(clientAddress: string, port = 25) {
    this.clientAddress = clientAddress
    this.port = port
  }

  note(who: TranscriptLine['who'], text: string): void {
    this.lines.push({ at: performance.now() - this.#start, who, text })
  }

  /** Says how it ended; the first word counts. */
  finish(how: string): void {
    if (this.end !== undefined) return
    this.end = how
    this.note('*', how)
  }

  /** The dialogue, a line each: `C: EHLO mx.example.com`. */
  get transcript(): string {
    return this.lines.map(({ who, text }) => `${who}: ${text}`).join('\n')
  }
}
