import { connect as connectTcp, isIP, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  connect as connectTls,
  type DetailedPeerCertificate,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls'
import { epochOf } from '../metrics/clock.ts'
import { ConnectError, type ConnectionEnd, SessionEndedError, SessionWaitError, TlsError } from './session-error.ts'
import { Transcript } from './transcript.ts'
import { format, TranscriptFormatter } from './transcript-format.ts'
import { Waits } from './waits.ts'

export interface TlsOptions {
  /** PEM of the authority that must have signed the server's certificate. Without it no certificate is checked. */
  ca?: string | Buffer
  /** Name sent by SNI and expected in the certificate. Default: `host` when that is a name. */
  servername?: string
  minVersion?: SecureVersion
  maxVersion?: SecureVersion
  /** Cipher list in OpenSSL's words. */
  ciphers?: string
  /** PEM of a client certificate, with its key. */
  cert?: string | Buffer
  key?: string | Buffer
}

export interface ConnectionOpenOptions extends TlsOptions {
  host: string
  port: number
  /** Source address; the server judges trust by it. */
  localAddress?: string
  /** Tells sessions apart in transcripts. Default `host:port`. */
  name?: string
  /** `implicit`: TLS from the first octet (RFC 8314 §3). Default false. */
  tls?: 'implicit' | false
  /** Bounds every wait, in milliseconds. Default 10,000 of an idle machine. */
  timeoutMs?: number
  /** Hears every transcript line as it comes. */
  onLine?: (line: string) => void
}

/** What the TLS handshake led to. */
export interface TlsState {
  /** E.g. `TLSv1.3`. */
  protocol: string
  /** E.g. `TLS_AES_256_GCM_SHA384`. */
  cipher: string
  /** The certificate was signed by `ca` and bears the name; false also when nothing was checked. */
  authorized: boolean
  certificate: DetailedPeerCertificate
}

/** Who reads the octets of a connection. */
export interface ConnectionReader {
  /** May throw: the connection then ends with that error as its reason. */
  received(chunk: Buffer, at: number): void
  /** Called once, after the last octet. */
  ended(end: ConnectionEnd): void
}

/** A TCP or TLS connection that keeps a transcript, bounds its waits and knows how it ended. Speaks no protocol. */
export class Connection {
  readonly transcript: Transcript
  readonly waits: Waits
  /** Undefined: as long as an idle machine would take at most. */
  readonly timeoutMs: number | undefined
  readonly #options: ConnectionOpenOptions
  readonly #reader: ConnectionReader
  readonly #start = performance.now()
  readonly #tcp: Socket
  /** The TCP socket, or TLS over it. */
  #socket: Socket
  #end: ConnectionEnd | undefined
  #tls: TlsState | undefined
  #sentFin = false
  #unlisten: () => void = () => {}

  private constructor(options: ConnectionOpenOptions, reader: ConnectionReader) {
    this.#options = options
    this.#reader = reader
    this.timeoutMs = options.timeoutMs
    this.transcript = new Transcript(options.name ?? where(options), liveView(options), epochOf(this.#start))
    this.waits = new Waits((what, ms) => new SessionWaitError(what, ms, this.formatted()))
    this.#tcp = connectTcp({
      host: options.host,
      port: options.port,
      noDelay: true,
      allowHalfOpen: true,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    })
    this.#socket = this.#tcp
  }

  /**
   * Connects, with TLS when `tls` is `implicit`.
   *
   * @throws ConnectError, TlsError, SessionWaitError
   */
  static async open(options: ConnectionOpenOptions, reader: ConnectionReader): Promise<Connection> {
    const connection = new Connection(options, reader)
    await connection.#connected()
    if (options.tls === 'implicit') await connection.startTls(options)
    return connection
  }

  /** Milliseconds since the start of the session. */
  now(): number {
    return performance.now() - this.#start
  }

  /** Undefined while the connection stands. */
  get end(): ConnectionEnd | undefined {
    return this.#end
  }

  /** Undefined while in clear text. */
  get tls(): TlsState | undefined {
    return this.#tls
  }

  /** Our end: the address the server sees, where there is no translation between. */
  get local(): { address: string; port: number } {
    return { address: this.#socket.localAddress ?? '', port: this.#socket.localPort ?? 0 }
  }

  formatted(): string {
    return format(this.transcript)
  }

  note(text: string): void {
    this.transcript.record({ kind: 'note', at: this.now(), text })
  }

  /** Sends octets as they are; a string as UTF-8. Gives the time. @throws SessionEndedError */
  write(octets: string | Buffer): number {
    const at = this.now()
    if (this.#end || this.#sentFin) throw this.#endedError('the chance to send')
    this.transcript.record({ kind: 'sent', at, octets })
    this.#socket.write(octets)
    return at
  }

  /** The error of a wait that the end of the connection cuts short. */
  endedError(waitingFor: string): SessionEndedError {
    return this.#endedError(waitingFor)
  }

  /**
   * Begins TLS on the connection.
   *
   * @throws TlsError when the handshake fails or the certificate does not hold, SessionWaitError when it takes too long
   */
  async startTls(options: TlsOptions = {}): Promise<TlsState> {
    const plain = this.#socket
    this.#unlisten()
    const socket = connectTls({ ...this.#tlsOptions(options), socket: plain })
    this.#socket = socket
    const wait = this.waits.start<void>(() => 'the TLS handshake', this.timeoutMs)
    const onError = (error: Error) => wait.reject(this.#tlsError(error))
    const onClose = () => wait.reject(this.#tlsError(new Error('the server closed the connection')))
    socket
      .once('secureConnect', () => wait.resolve())
      .on('error', onError)
      .once('close', onClose)
    plain.on('error', onError)
    try {
      await wait.promise
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
      this.note(`TLS handshake failed: ${reason}`)
      this.#ended('error', reason)
      plain.destroy()
      socket.destroy()
      throw error
    }
    socket.off('error', onError).off('close', onClose)
    plain.off('error', onError).on('error', (error) => this.#failed(error))
    this.#tls = tlsState(socket)
    this.note(`TLS: ${this.#tls.protocol} ${this.#tls.cipher}${this.#tls.authorized ? ', certificate verified' : ''}`)
    this.#listen(socket)
    return this.#tls
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    if (this.#end || this.#sentFin) return
    this.#sentFin = true
    this.note('FIN sent')
    this.#socket.end()
  }

  /** Ends the connection from our side at once, by RST when asked. Waits that are open end. */
  destroy(options: { reset?: boolean } = {}): void {
    if (this.#end) return
    this.note(options.reset ? 'connection reset by this side' : 'connection closed by this side')
    this.#ended('local')
    if (options.reset) this.#tcp.resetAndDestroy()
    this.#socket.destroy()
  }

  async #connected(): Promise<void> {
    const socket = this.#socket
    const wait = this.waits.start<void>(() => `a connection to ${where(this.#options)}`, this.timeoutMs)
    const onError = (error: Error) => wait.reject(new ConnectError(where(this.#options), error.message, error))
    socket.once('connect', () => wait.resolve())
    socket.once('error', onError)
    // While connecting the loop must stay alive for the deadline, which the socket sees to.
    try {
      await wait.promise
    } catch (error) {
      socket.on('error', () => {})
      socket.destroy()
      this.#end = { how: 'error', at: this.now() }
      throw error
    }
    socket.off('error', onError)
    if (this.#options.tls !== 'implicit') this.#listen(socket)
  }

  #listen(socket: Socket): void {
    const onData = (chunk: Buffer) => this.#received(chunk)
    const onEnd = () => {
      if (this.#end) return
      this.note('FIN received')
      this.#ended('FIN')
      // What we still had to send may never be taken; the connection is over all the same.
      socket.destroySoon()
    }
    const onError = (error: NodeJS.ErrnoException) => this.#failed(error)
    const onClose = () => this.#ended('FIN')
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
    this.#unlisten = () => socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
  }

  #received(chunk: Buffer): void {
    if (this.#end) return
    const at = this.now()
    this.transcript.record({ kind: 'received', at, octets: chunk })
    try {
      this.#reader.received(chunk, at)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.note(`given up: ${reason}`)
      this.#ended('error', reason)
      this.#socket.destroy()
    }
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (this.#end) return
    const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE'
    this.note(reset ? `connection reset by the server (${error.code})` : `connection failed: ${error.message}`)
    if (reset) this.#ended('RST', error.code)
    else this.#ended('error', error.message)
  }

  #ended(how: ConnectionEnd['how'], reason?: string): void {
    if (this.#end) return
    const end: ConnectionEnd = { how, at: this.now() }
    if (reason !== undefined) end.reason = reason
    this.#end = end
    this.#reader.ended(end)
    this.waits.fail((what) => this.#endedError(what))
  }

  #endedError(waitingFor: string): SessionEndedError {
    return new SessionEndedError(waitingFor, this.#end ?? { how: 'local', at: this.now() }, this.formatted())
  }

  #tlsError(error: Error): TlsError {
    return new TlsError(
      `Expected a TLS handshake with ${where(this.#options)}, but: ${error.message}`,
      this.formatted(),
      {
        remedy:
          'Compare the certificate, its name and the protocol versions of both sides with what the session asks for.',
        cause: error,
      },
    )
  }

  #tlsOptions(options: TlsOptions): ConnectionOptions {
    const { ca, servername, minVersion, maxVersion, ciphers, cert, key } = { ...this.#options, ...options }
    const host = this.#options.host
    const sni = servername ?? (isIP(host) ? undefined : host)
    return {
      rejectUnauthorized: ca !== undefined,
      host,
      ...(ca === undefined ? {} : { ca }),
      ...(sni === undefined ? {} : { servername: sni }),
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    }
  }
}

function tlsState(socket: TLSSocket): TlsState {
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName ?? socket.getCipher().name,
    authorized: socket.authorized,
    certificate: socket.getPeerCertificate(true),
  }
}

function liveView(options: ConnectionOpenOptions) {
  const { onLine, name } = options
  if (!onLine) return undefined
  const formatter = new TranscriptFormatter(name === undefined ? {} : { prefix: name })
  return (event: Parameters<TranscriptFormatter['feed']>[0]) => {
    for (const line of formatter.feed(event)) onLine(line)
  }
}

function where(options: Pick<ConnectionOpenOptions, 'host' | 'port'>): string {
  return options.host.includes(':') ? `[${options.host}]:${options.port}` : `${options.host}:${options.port}`
}
