import type { LoadPlan } from './load-plan-data.ts'
import { sizesOf } from './sizes.ts'

/** One message of a load, ready to be sent. */
export interface LoadMessage {
  number: number
  from: string
  to: readonly string[]
  /** RFC 5322, lines ending in CRLF; no line begins with a dot. */
  parts: readonly [head: Buffer, body: Buffer]
  /** Octets of all parts. */
  size: number
}

const FILLER = 'This line is here to make the message as large as the load wants it to be.\r\n'
const SHORTEST_BODY = 2

/** Makes the messages of a load, each with its own Message-ID; bodies of one length are one buffer. */
export class MessageSource {
  readonly #plan: LoadPlan
  readonly #sizeOf: (number: number) => number
  readonly #bodies = new Map<number, Buffer>()
  readonly #date = new Date().toUTCString().replace('GMT', '+0000')

  constructor(plan: LoadPlan) {
    this.#plan = plan
    this.#sizeOf = sizesOf(plan.size)
  }

  message(number: number): LoadMessage {
    const { from } = this.#plan
    const to = this.#plan.recipientsOf(number).map(({ address }) => address)
    const head = Buffer.from(
      `From: <${from === '' ? 'load@client.example' : from}>\r\nTo: <${to[0]}>\r\nDate: ${this.#date}\r\n` +
        `Message-ID: <${this.#plan.messageIdOf(number)}>\r\nSubject: Load ${String(number).padStart(8, '0')}\r\n\r\n`,
    )
    const body = this.#body(Math.max(SHORTEST_BODY, this.#sizeOf(number) - head.length))
    return { number, from, to, parts: [head, body], size: head.length + body.length }
  }

  #body(octets: number): Buffer {
    const known = this.#bodies.get(octets)
    if (known) return known
    const body = Buffer.alloc(octets, FILLER)
    // Whatever line it breaks off in, CRLF ends it, and no CR stands alone.
    body.write('\r\n', octets - 2, 'latin1')
    if (octets > 2 && body[octets - 3] === 13) body[octets - 3] = 120
    this.#bodies.set(octets, body)
    return body
  }
}
