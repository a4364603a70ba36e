import { patience } from '../metrics/patience.ts'
import type { Heard } from '../session-file/heard.ts'
import type { Place } from '../yaml/place.ts'
import type { Ground } from './ground.ts'
import { masked } from './mask-said.ts'
import type { Speaker } from './speaker.ts'
import type { StepLog } from './step-log.ts'

const USUAL_MS = 10_000

/** The connections of a play by name, each opened at its first use, and what was said and heard on them. */
export class Connections {
  readonly #ground: Ground
  readonly #log: StepLog
  readonly #speakers = new Map<string, Speaker>()
  /** Replies that ended an AUTH before its time: the next `S:` is held against them. By connection. */
  readonly #early = new Map<string, Heard>()
  /** The status of the last reply, by connection. */
  readonly #status = new Map<string, string>()
  /** What the file asks for; taken literally. */
  askedMs: number | undefined

  constructor(ground: Ground, log: StepLog, askedMs: number | undefined) {
    this.#ground = ground
    this.#log = log
    this.askedMs = askedMs
  }

  /** The bound of a wait that begins now, ms. */
  get timeoutMs(): number {
    return this.askedMs ?? patience(USUAL_MS)
  }

  get all(): Speaker[] {
    return [...this.#speakers.values()]
  }

  /** The connection where it is open: what needs no wait gets none. */
  opened(name: string): Speaker | undefined {
    return this.#speakers.get(name)
  }

  async get(name: string, place: Place): Promise<Speaker> {
    return this.#speakers.get(name) ?? this.open(name, place)
  }

  /** @throws {StepFailed} where it cannot be made */
  async open(
    name: string,
    place: Place,
    connect: Parameters<Ground['open']>[0] = { protocol: 'smtp', connection: '' },
  ): Promise<Speaker> {
    try {
      const speaker = await this.#ground.open(connect, this.timeoutMs)
      this.#speakers.set(name, speaker)
      return speaker
    } catch (error) {
      const sent = `connect${name === '' ? '' : `(${name})`} ${connect.protocol}`
      throw this.#log.failed(place, { sent, line: place.line, since: performance.now() }, '', error)
    }
  }

  /** Says octets. The step is made when the reply is expected; until then it is known what was said. */
  say(speaker: Speaker, connection: string, place: Place, octets: Buffer | string, shown: readonly string[]): void {
    const sent = masked(shown, this.#status.get(connection) ?? '')
    this.#log.said(connection, place, sent)
    try {
      speaker.write(typeof octets === 'string' ? written(octets) : octets)
    } catch (error) {
      throw this.#log.failed(place, this.#log.take(connection), '', error)
    }
  }

  /** The next reply on a connection, in the order they came. */
  next(speaker: Speaker, connection: string, enough?: (heard: Heard) => boolean): Promise<Heard> {
    const early = this.#early.get(connection)
    this.#early.delete(connection)
    return early ? Promise.resolve(early) : speaker.next(this.timeoutMs, enough)
  }

  /** The reply that is kept for the next `S:`, where there is one. */
  early(connection: string): Heard | undefined {
    return this.#early.get(connection)
  }

  keep(connection: string, heard: Heard): void {
    this.#early.set(connection, heard)
  }

  heard(connection: string, { status }: Heard): void {
    this.#status.set(connection, status)
  }

  close(): void {
    for (const speaker of this.#speakers.values()) speaker.destroy()
  }
}

/** As a connection takes it: text where that says the same, for a socket takes it with less work. */
function written(octets: string): Buffer | string {
  return ASCII.test(octets) ? octets : Buffer.from(octets, 'latin1')
}

const ASCII = /^[\0-\x7f]*$/
