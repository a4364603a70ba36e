import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { listenError } from '../dns/listen-error.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import { takeProxyHeader } from '../forwarding/proxy-header.ts'
import { epochNow } from '../metrics/clock.ts'
import type { Answerer } from './answerer.ts'
import { type Door, SMTP_DOOR } from './door.ts'

/** Connections of clients that no rig names, kept as evidence; the oldest go first. */
const STRANGERS_KEPT = 100

export interface Stranger {
  /** Milliseconds since the epoch. */
  at: number
  address: string
}

/** One listening socket, shared by the upstreams (or filters) of many rigs: the client's address tells which one it gets. */
export class UpstreamListener {
  readonly address: string
  readonly port: number
  /** Who was reset because no rig has that address. */
  readonly strangers: Stranger[] = []
  readonly #server: Server
  readonly #answerers = new Map<string, { answerer: Answerer; door: Door }>()
  readonly #sockets = new Set<Socket>()

  constructor(server: Server, options: ListenerOptions) {
    this.#server = server
    this.address = options.address
    this.port = options.port
    server.on('connection', (socket) => {
      if (options.forwarded) this.#acceptForwarded(socket)
      else this.#accept(socket)
    })
    // A connection that could not be accepted is the client's loss: it tries again.
    server.on('error', () => undefined)
  }

  /**
   * Gives the answerer to clients by source address (IPv4 literals); `*` to all that no other registration names.
   *
   * @returns Takes the registration away. Sessions that have begun go on.
   * @throws {MailrigError} UPSTREAM_CLIENT_TAKEN when another answerer has one of the addresses here.
   */
  register(clientAddresses: readonly string[] | '*', answerer: Answerer, door: Door = SMTP_DOOR): () => void {
    const addresses = clientAddresses === '*' ? ['*'] : clientAddresses
    const taken = addresses.find((address) => this.#answerers.has(address))
    if (taken !== undefined) {
      throw new MailrigError(
        `${this.address} port ${this.port} serves ${taken} with "${this.#answerers.get(taken)?.answerer.name}" already`,
        {
          code: 'UPSTREAM_CLIENT_TAKEN',
          remedy: 'Give each upstream of a rig an address or port of its own.',
        },
      )
    }
    for (const address of addresses) this.#answerers.set(address, { answerer, door })
    return () => {
      for (const address of addresses) {
        if (this.#answerers.get(address)?.answerer === answerer) this.#answerers.delete(address)
      }
    }
  }

  #acceptForwarded(socket: Socket): void {
    // Until somebody serves it: it must not outlive this listener, and may fail.
    const gone = () => this.#sockets.delete(socket)
    this.#sockets.add(socket)
    socket.once('close', gone)
    socket.on('error', ignored)
    takeProxyHeader(socket, (client) => {
      socket.off('close', gone)
      this.#sockets.delete(socket)
      if (client === undefined || socket.destroyed) {
        socket.destroy()
        return
      }
      // What the connection is asked for everywhere is who the client is, not who carried it here.
      Object.defineProperties(socket, { remoteAddress: { value: client.address }, remotePort: { value: client.port } })
      this.#accept(socket)
    })
  }

  #accept(socket: Socket): void {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const found = this.#answerers.get(address) ?? this.#answerers.get('*')
    if (found) {
      this.#sockets.add(socket)
      found.answerer.serve(socket, () => this.#sockets.delete(socket), found.door)
      return
    }
    this.strangers.push({ at: epochNow(), address })
    if (this.strangers.length > STRANGERS_KEPT) this.strangers.shift()
    socket.on('error', ignored)
    socket.resetAndDestroy()
  }

  /** Stops listening and breaks what is open. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    this.#answerers.clear()
    await closed
  }
}

/** A connection that fails before anybody serves it is nobody's. */
function ignored(): void {}

interface ListenerOptions {
  /** An IPv4 address of this host. */
  address: string
  /** 0 takes a free one; `listener.port` tells which. */
  port: number
  /** Whether all who come here come through docker/forward, with a header that names the client. */
  forwarded?: boolean
}

/**
 * Listens for the servers under test.
 *
 * @throws {EngineError} LISTEN_FAILED when address or port cannot be had.
 */
export async function startUpstreamListener(options: ListenerOptions): Promise<UpstreamListener> {
  const server = createServer({ noDelay: true })
  try {
    server.listen(options.port, options.address)
    await once(server, 'listening')
  } catch (error) {
    throw listenError('an upstream', options.address, options.port, error)
  }
  return new UpstreamListener(server, { ...options, port: (server.address() as AddressInfo).port })
}
