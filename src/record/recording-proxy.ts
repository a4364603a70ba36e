import { once } from 'node:events'
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { InputError } from '../errors/mailrig-error.ts'
import type { Recording } from './recording.ts'
import type { SessionRecord } from './session-record.ts'

export interface ProxyOptions {
  /** Where clients are to come. Port 0: a free one. */
  listen: { host: string; port: number }
  /** The server that is spoken to in their place. */
  server: { host: string; port: number }
  recording: Recording
  /** PEM: what a client that begins TLS is shown. */
  certificate: { certificate: string; key: string }
  /** The server's certificate: who signed it and the name it bears. Without it no certificate is checked. */
  trust?: { ca?: string; servername: string }
  /** Hears what went wrong on one connection; the others go on. */
  onError?: (error: Error) => void
}

/**
 * Stands between SMTP clients and a server, passes on every octet as it is and records it. Of STARTTLS both sides are
 * ends: the client's TLS ends here, and another begins towards the server.
 */
export class RecordingProxy {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()

  private constructor(options: ProxyOptions) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const pair = new Pair(client, options, () => this.#pairs.delete(pair))
      this.#pairs.add(pair)
    })
  }

  /** @throws {InputError} when the address cannot be had */
  static async open(options: ProxyOptions): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(options)
    const { host, port } = options.listen
    proxy.#server.listen(port, host)
    try {
      await once(proxy.#server, 'listening')
    } catch (cause) {
      throw new InputError(`cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : cause}`, {
        code: 'LISTEN',
        remedy: 'Give another --listen address; port 0 takes a free port.',
        cause,
      })
    }
    return proxy
  }

  get address(): { host: string; port: number } {
    const { address, port } = this.#server.address() as AddressInfo
    return { host: address, port }
  }

  /** Takes no more clients, and ends the connections there are. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const pair of this.#pairs) pair.destroy()
    await closed
  }
}

/** A client's connection and the one made for it. */
class Pair {
  readonly #options: ProxyOptions
  readonly #record: SessionRecord
  readonly #onEnd: () => void
  #client: Socket
  #server: Socket

  constructor(client: Socket, options: ProxyOptions, onEnd: () => void) {
    this.#options = options
    this.#onEnd = onEnd
    this.#record = options.recording.connection()
    this.#client = client
    this.#server = connect({ ...options.server, allowHalfOpen: true, noDelay: true })
    this.#join()
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
    this.#onEnd()
  }

  #join(): void {
    const [client, server] = [this.#client, this.#server]
    client
      .on('data', this.#fromClient)
      .on('end', this.#clientEnded)
      .on('error', this.#clientEnded)
      .on('close', this.#clientEnded)
    server
      .on('data', this.#fromServer)
      .on('end', this.#serverEnded)
      .on('error', this.#serverFailed)
      .on('close', this.#serverEnded)
  }

  #part(): void {
    this.#client
      .off('data', this.#fromClient)
      .off('end', this.#clientEnded)
      .off('error', this.#clientEnded)
      .off('close', this.#clientEnded)
    this.#server
      .off('data', this.#fromServer)
      .off('end', this.#serverEnded)
      .off('error', this.#serverFailed)
      .off('close', this.#serverEnded)
  }

  readonly #fromClient = (octets: Buffer) => {
    this.#record.client(octets)
    this.#server.write(octets)
  }

  readonly #fromServer = (octets: Buffer) => {
    try {
      this.#record.server(octets)
    } catch (error) {
      this.#serverFailed(error as Error)
      return
    }
    this.#client.write(octets)
    if (this.#record.tlsAgreed) this.#beginTls()
  }

  readonly #clientEnded = () => {
    this.#record.clientClosed()
    this.#server.end()
    this.#endWhenBothHave()
  }

  readonly #serverEnded = () => {
    this.#record.serverClosed()
    this.#client.end()
    this.#endWhenBothHave()
  }

  readonly #serverFailed = (error: Error) => {
    this.#options.onError?.(error)
    this.#serverEnded()
    this.destroy()
  }

  #endWhenBothHave(): void {
    if (this.#client.destroyed && this.#server.destroyed) this.#onEnd()
  }

  #beginTls(): void {
    const { certificate, trust, server } = this.#options
    const [client, upstream] = [this.#client, this.#server]
    this.#record.tls()
    this.#part()
    const failed = (error: Error) => {
      this.#options.onError?.(error)
      this.destroy()
    }
    client.on('error', failed)
    upstream.on('error', failed)
    this.#client = new TLSSocket(client, {
      isServer: true,
      cert: certificate.certificate,
      key: certificate.key,
    })
    const servername = trust?.servername ?? (isIP(server.host) ? undefined : server.host)
    this.#server = connectTls({
      socket: upstream,
      rejectUnauthorized: trust?.ca !== undefined,
      ...(trust?.ca === undefined ? {} : { ca: trust.ca }),
      ...(servername === undefined ? {} : { servername }),
    })
    this.#join()
  }
}
