import type { Socket } from 'node:net'

/** Who is at the other end of a connection or a datagram that the forwarder carries on. */
export interface ForwardedClient {
  /** `connection`: this one is the client's. `datagrams`: it carries the datagrams of many clients. */
  carries: 'connection' | 'datagrams'
  /** IPv4 address. */
  address: string
  port: number
}

interface Place {
  address: string
  port: number
}

/** Octets: signature 12, command 1, family 1, length 2, addresses 8, ports 4. */
export const HEADER_LENGTH = 28

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const ADDRESSES_LENGTH = 12

/**
 * Reads a header of HAProxy's PROXY protocol, version 2, over IPv4 (proxy-protocol.txt §2.2), as docker/forward writes it.
 *
 * @returns undefined for anything else.
 */
export function parseProxyHeader(octets: Buffer): ForwardedClient | undefined {
  if (octets.length < HEADER_LENGTH || !octets.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return undefined
  const [command, family] = [octets[12], octets[13]]
  if ((family !== 0x11 && family !== 0x12) || octets.readUInt16BE(14) !== ADDRESSES_LENGTH) return undefined
  if (command !== 0x20 && command !== 0x21) return undefined
  return {
    carries: command === 0x20 ? 'datagrams' : 'connection',
    address: [...octets.subarray(16, 20)].join('.'),
    port: octets.readUInt16BE(24),
  }
}

/** The header in front of a connection over TCP, as {@link parseProxyHeader} reads it. Addresses are IPv4. */
export function proxyHeader(client: Place, server: Place): Buffer {
  return header(0x21, 0x11, client, server)
}

/** The header by which docker/forward gives away what came to it from a client; for UDP, all datagrams. */
export function fetchHeader(protocol: 'tcp' | 'udp', client: Place, server: Place): Buffer {
  return header(0x20, protocol === 'tcp' ? 0x11 : 0x12, client, server)
}

function header(command: number, family: number, client: Place, server: Place): Buffer {
  const octets = Buffer.alloc(HEADER_LENGTH)
  SIGNATURE.copy(octets)
  octets.set([command, family, 0, ADDRESSES_LENGTH], SIGNATURE.length)
  octets.set([...octetsOf(client.address), ...octetsOf(server.address)], 16)
  octets.writeUInt16BE(client.port, 24)
  octets.writeUInt16BE(server.port, 26)
  return octets
}

function octetsOf(address: string): number[] {
  return address.split('.').map(Number)
}

/**
 * Takes the header from the beginning of a connection and leaves what follows to be read. `taken` is called once, with
 * nothing where the connection does not begin with a header, or ends first.
 */
export function takeProxyHeader(socket: Socket, taken: (client?: ForwardedClient) => void): void {
  const done = (octets: Buffer | null) => {
    socket.off('readable', look)
    for (const event of ['end', 'close', 'error']) socket.off(event, over)
    taken(octets === null ? undefined : parseProxyHeader(octets))
  }
  const look = () => {
    const octets: Buffer | null = socket.read(HEADER_LENGTH)
    if (octets !== null) done(octets)
  }
  const over = () => done(null)
  socket.on('readable', look)
  for (const event of ['end', 'close', 'error']) socket.on(event, over)
}
