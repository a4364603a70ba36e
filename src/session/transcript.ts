import { epochNow } from '../metrics/clock.ts'

export type TranscriptEvent =
  | { kind: 'sent' | 'received'; at: number; octets: Buffer | string }
  | { kind: 'note'; at: number; text: string }

/** Everything one connection said and heard, octet for octet. `at` is milliseconds since its start. */
export class Transcript {
  readonly name: string
  readonly startedAt: Date
  readonly events: TranscriptEvent[] = []
  readonly #listener: ((event: TranscriptEvent) => void) | undefined

  constructor(name: string, listener?: (event: TranscriptEvent) => void, startedAt = epochNow()) {
    this.name = name
    this.startedAt = new Date(startedAt)
    this.#listener = listener
  }

  record(event: TranscriptEvent): void {
    this.events.push(event)
    this.#listener?.(event)
  }

  /** All octets of one direction, exactly. */
  octets(kind: 'sent' | 'received'): Buffer {
    const parts: Buffer[] = []
    for (const event of this.events) {
      if (event.kind === kind) parts.push(Buffer.from(event.octets))
    }
    return Buffer.concat(parts)
  }
}
