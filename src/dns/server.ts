import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { MailrigError } from '../errors/mailrig-error.ts'
import { HEADER_LENGTH, parseProxyHeader, takeProxyHeader } from '../forwarding/proxy-header.ts'
import { answer, type Rcode, type Reply } from './answer.ts'
import { listenError } from './listen-error.ts'
import { readQuery, writeFailure, writeReply } from './message.ts'
import type { Zone } from './zone.ts'

/** Queries kept for each rig; the oldest go first. */
const QUERY_LOG_LENGTH = 1000
/** Milliseconds a silent TCP connection is kept (RFC 7766 §6.2.3 leaves it to the server, a few seconds at most). */
const TCP_IDLE = 5000

export interface LoggedQuery {
  /** Milliseconds since the epoch. */
  at: number
  /** As asked, letter case kept. */
  name: string
  type: string
  /** `none`: there was no answer, because the topology says `timeout`. */
  rcode: Rcode | 'none'
  /** The client's address. */
  from: string
  transport: 'udp' | 'tcp'
}

/** One rig's place in the resolver. */
export interface ZoneHandle {
  /** What the rig's clients are told; may be replaced while the rig runs. */
  zone: Zone
  /** The rig's latest queries, oldest first, at most 1000. */
  readonly queries: readonly LoggedQuery[]
  /** From here on the rig's clients are refused. */
  unregister(): void
}

export interface Resolver {
  readonly addresses: readonly string[]
  readonly port: number
  /**
   * Gives the zone to clients by source address (IPv4 literals). `*` stands for every client that no other rig names,
   * for engines that hide the source address.
   *
   * @throws {MailrigError} DNS_CLIENT_TAKEN when another rig has one of the addresses.
   */
  register(clientAddresses: string[], zone: Zone): ZoneHandle
  close(): Promise<void>
}

class Registration implements ZoneHandle {
  zone: Zone
  readonly queries: LoggedQuery[] = []
  readonly #remove: () => void

  constructor(zone: Zone, remove: () => void) {
    this.zone = zone
    this.#remove = remove
  }

  unregister(): void {
    this.#remove()
  }

  log(query: LoggedQuery): void {
    this.queries.push(query)
    if (this.queries.length > QUERY_LOG_LENGTH) this.queries.shift()
  }
}

class RigResolver implements Resolver {
  readonly addresses: readonly string[]
  port: number
  readonly #forwarded: boolean
  readonly #zones = new Map<string, Registration>()
  readonly #udp: UdpSocket[] = []
  readonly #tcp: Server[] = []
  readonly #connections = new Set<Socket>()

  constructor({ addresses, port = 53, forwarded = false }: ResolverOptions) {
    this.addresses = addresses
    this.port = port
    this.#forwarded = forwarded
  }

  register(clientAddresses: string[], zone: Zone): ZoneHandle {
    const taken = clientAddresses.find((address) => this.#zones.has(address))
    if (taken !== undefined) {
      throw new MailrigError(`the resolver answers ${taken} for another rig already`, {
        code: 'DNS_CLIENT_TAKEN',
        remedy: 'Unregister the other rig first, or give this one addresses of its own.',
      })
    }
    const registration = new Registration(zone, () => {
      for (const address of clientAddresses) {
        if (this.#zones.get(address) === registration) this.#zones.delete(address)
      }
    })
    for (const address of clientAddresses) this.#zones.set(address, registration)
    return registration
  }

  async listen(): Promise<void> {
    for (const address of this.addresses) {
      try {
        await this.#listenTcp(address)
        if (!this.#forwarded) await this.#listenUdp(address)
      } catch (error) {
        await this.close()
        throw listenError("the rig's DNS", address, this.port, error)
      }
    }
  }

  async #listenTcp(address: string): Promise<void> {
    const server = createServer((socket) => this.#accept(socket))
    server.listen(this.port, address)
    await once(server, 'listening')
    // A connection that could not be accepted is the client's loss: it asks again.
    server.on('error', () => undefined)
    this.#tcp.push(server)
    // With port 0 the first socket chooses for all.
    this.port = (server.address() as AddressInfo).port
  }

  async #listenUdp(address: string): Promise<void> {
    const socket = createSocket('udp4')
    try {
      socket.bind({ port: this.port, address, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    this.#udp.push(socket)
    // A client that is gone makes the kernel report errors of past sends here; there is nobody to tell.
    socket.on('error', () => undefined)
    socket.on('message', (packet: Buffer, from: RemoteInfo) => {
      const response = this.#respond(packet, from.address, 'udp')
      if (response !== undefined && response !== 'none') socket.send(response, from.port, from.address)
    })
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => this.#connections.delete(socket))
    socket.on('error', () => socket.destroy())
    if (!this.#forwarded) {
      this.#serve(socket, socket.remoteAddress ?? '')
      return
    }
    takeProxyHeader(socket, (client) => {
      if (client === undefined) socket.destroy()
      else if (client.carries === 'connection') this.#serve(socket, client.address)
      else this.#serveDatagrams(socket)
    })
  }

  /** A client's connection. */
  #serve(socket: Socket, from: string): void {
    socket.setTimeout(TCP_IDLE, () => socket.destroy())
    onMessages(socket, (query) => {
      const response = this.#respond(query, from, 'tcp')
      if (response === undefined) socket.destroy()
      // A client that is kept waiting goes on waiting; the connection ends as an idle one does.
      else if (response !== 'none') writeMessage(socket, response)
    })
  }

  /** The forwarder's connection: a header before each query, and again before the response, tells whose it is. */
  #serveDatagrams(socket: Socket): void {
    onMessages(socket, (datagram) => {
      const client = parseProxyHeader(datagram)
      if (client === undefined) {
        socket.destroy()
        return
      }
      const response = this.#respond(datagram.subarray(HEADER_LENGTH), client.address, 'udp')
      if (response !== undefined && response !== 'none')
        writeMessage(socket, Buffer.concat([datagram.subarray(0, HEADER_LENGTH), response]))
    })
  }

  #respond(packet: Buffer, from: string, transport: 'udp' | 'tcp'): Buffer | 'none' | undefined {
    const query = readQuery(packet)
    if (!('question' in query)) return query.respondable ? writeFailure(query) : undefined

    const rig = this.#zones.get(from) ?? this.#zones.get('*')
    const reply = rig && (query.class === 'IN' || query.class === 'ANY') ? answer(rig.zone, query) : REFUSED
    const rcode = reply.fault === 'timeout' ? 'none' : reply.rcode
    rig?.log({ at: Date.now(), name: query.name, type: query.type, rcode, from, transport })
    if (reply.fault === 'timeout') return 'none'
    return writeReply(query, reply, transport)
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy()
    await Promise.all([
      ...this.#udp.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
      ...this.#tcp.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    ])
    this.#zones.clear()
  }
}

/** Messages follow each other on one connection, each behind its length in two octets (RFC 7766 §8). */
function onMessages(socket: Socket, take: (message: Buffer) => void): void {
  let pending = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (!socket.destroyed && pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      const message = pending.subarray(2, end)
      pending = pending.subarray(end)
      take(message)
    }
  })
}

function writeMessage(socket: Socket, message: Buffer): void {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  socket.write(Buffer.concat([length, message]))
}

const REFUSED: Reply = { rcode: 'REFUSED', answers: [], authorities: [], additionals: [] }

export interface ResolverOptions {
  /** IPv4 addresses of this host. */
  addresses: string[]
  /** Default 53. Port 0 takes a free one, the same for all addresses. */
  port?: number
  /** Whether all that comes here comes from docker/forward: over TCP, and with a header that names the client. */
  forwarded?: boolean
}

/**
 * Starts the rig's resolver on UDP and TCP (RFC 1035 §4.2, RFC 7766). One serves all rigs of a process: the source
 * address of a query tells whose zone answers; a stranger is refused.
 *
 * @throws {EngineError} LISTEN_FAILED when an address or port cannot be had.
 */
export async function startResolver(options: ResolverOptions): Promise<Resolver> {
  const resolver = new RigResolver(options)
  await resolver.listen()
  return resolver
}
