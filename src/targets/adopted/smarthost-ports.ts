import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { ServerCertificate } from '../../tls/server-certificate.ts'
import type { Upstream } from '../../upstream/upstream.ts'

interface PortOptions {
  address: string
  port: number
  /** The address of the host under test: nobody else is served. */
  client: readonly string[]
  upstream: Upstream
  certificate: ServerCertificate
}

/** Where TLS begins with the first octet (RFC 8314 §3.3). */
const IMPLICIT_TLS = 465

/**
 * Opens one more port of an upstream: providers take mail of their customers on 587 and 465, not on 25.
 *
 * @returns How to close it; undefined where the port cannot be had, without root or because another has it.
 */
export async function openSmarthostPort(options: PortOptions): Promise<(() => Promise<void>) | undefined> {
  const { address, port, client, upstream, certificate } = options
  const sockets = new Set<Socket>()
  const context = createSecureContext({ key: certificate.key, cert: certificate.certificate })
  const server: Server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    if (!client.includes(socket.remoteAddress ?? '')) return void socket.resetAndDestroy()
    sockets.add(socket)
    const spoken = port === IMPLICIT_TLS ? new TLSSocket(socket, { isServer: true, secureContext: context }) : socket
    spoken.on('error', () => undefined)
    upstream.serve(spoken, () => sockets.delete(socket))
  })
  server.on('error', () => undefined)
  server.listen(port, address)
  try {
    await once(server, 'listening')
  } catch {
    return undefined
  }
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}
