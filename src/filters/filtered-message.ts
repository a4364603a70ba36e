import { epochNow } from '../metrics/clock.ts'

/** Who connected, as the server told the milter. */
export interface FilteredClient {
  /** Its host name, or its address in brackets. */
  name: string
  /** As a literal, without `IPv6:`; empty where the server knows none. */
  address: string
  port: number
}

/** A message as a server told a milter of it. */
export class FilteredMessage {
  /** When its sender was told, milliseconds since the epoch. */
  readonly at = epochNow()
  readonly client: FilteredClient | undefined
  /** The argument of HELO or EHLO. */
  readonly helo: string
  /** Reverse-path without angle brackets; `''` for the null one. */
  readonly from: string
  /** Parameters of MAIL, such as `SIZE=100`. */
  readonly parameters: readonly string[]
  /** Recipients without angle brackets, in order: those that the server asked about. */
  readonly to: string[] = []
  /** Header fields in order, as the server told of them: unfolded lines are still on lines of their own. */
  readonly headers: [name: string, value: string][] = []
  /** What the server told beside: name → value, such as `i`, `{client_addr}`, `{auth_authen}`; of each name the last. */
  readonly macros: Record<string, string> = {}
  /** What became of it as far as the milter knows: its last answer, or `aborted` where the server gave it up. */
  verdict = 'under way'
  /** Whether the milter was told of its end. */
  complete = false
  readonly #pieces: Buffer[] = []

  constructor({ client, helo, from, parameters }: Pick<FilteredMessage, 'client' | 'helo' | 'from' | 'parameters'>) {
    this.client = client
    this.helo = helo
    this.from = from
    this.parameters = parameters
  }

  /** Takes another piece of the body. */
  take(piece: Buffer): void {
    this.#pieces.push(piece)
  }

  /** In octets, line ends CRLF. */
  get body(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  /** The message as it was told, in octets. */
  get content(): Buffer {
    const head = this.headers.map(([name, value]) => `${name}: ${value.replace(/\r?\n/g, '\r\n')}\r\n`).join('')
    return Buffer.concat([Buffer.from(`${head}\r\n`, 'utf8'), this.body])
  }

  /** The first field of that name, in any case; undefined where there is none. */
  header(name: string): string | undefined {
    return this.headers.find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1]
  }

  /** Without angle brackets; `''` where there is none. */
  get messageId(): string {
    return (this.header('Message-ID') ?? '').trim().replace(/^<(.*)>$/, '$1')
  }

  /** One line for people. */
  describe(): string {
    const to = this.to.map((address) => `<${address}>`).join(' ') || 'nobody'
    const id = this.messageId === '' ? 'no Message-ID' : `Message-ID <${this.messageId}>`
    return `from <${this.from}> to ${to}, ${id}: ${this.verdict}`
  }
}
