import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

/** One connection to the fake mail host: lines in, text out, in turn. */
export abstract class Peer {
  protected tls = false
  #socket: Socket
  #buffer = Buffer.alloc(0)
  #working = false
  #ended = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.#listen(socket)
  }

  /** Takes what it understands from the front of the octets; says how many those were, 0 for none yet. */
  protected abstract take(octets: Buffer): Promise<number>
  /** The client said that nothing more comes. */
  protected over(): void {}

  protected say(text: string): void {
    if (this.#socket.writable) this.#socket.write(text)
  }

  protected hangUp(): void {
    this.#socket.end()
  }

  /** TLS from the next octet on; what came before in clear text is forgotten, or kept. */
  protected secure(context: SecureContext, keep = false): void {
    this.tls = true
    const plain = this.#socket
    plain.removeAllListeners('data').removeAllListeners('end')
    if (!keep) this.#buffer = Buffer.alloc(0)
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext: context })
    this.#listen(this.#socket)
  }

  protected destroy(): void {
    this.#socket.destroy()
  }

  /** The first line of the octets without its CRLF. */
  protected lineOf(octets: Buffer): { line: string; length: number } | undefined {
    const end = octets.indexOf('\r\n')
    return end < 0 ? undefined : { line: octets.toString('utf8', 0, end), length: end + 2 }
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk])
      void this.#work()
    })
    socket.on('end', () => {
      this.#ended = true
      void this.#work()
    })
    socket.on('error', () => socket.destroy())
  }

  async #work(): Promise<void> {
    if (this.#working) return
    this.#working = true
    for (;;) {
      const before = this.#buffer
      if (before.length === 0) break
      const taken = await this.take(before)
      // TLS may have begun meanwhile, and the buffer with it.
      if (this.#buffer.length >= before.length || taken === 0) this.#buffer = this.#buffer.subarray(taken)
      if (taken === 0) break
    }
    this.#working = false
    if (this.#ended) {
      this.over()
      this.hangUp()
    }
  }
}
