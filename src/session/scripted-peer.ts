import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

/** A socket on 127.0.0.1 for tests of the client: it says what a test tells it to, and is no mail server. */
export interface ScriptedPeer extends AsyncDisposable {
  endpoint: { host: string; port: number }
  /** Every octet received, over all connections. */
  readonly received: string
}

export async function scriptedPeer(onConnection: (socket: Socket) => void): Promise<ScriptedPeer> {
  const sockets = new Set<Socket>()
  let received = ''
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    get received() {
      return received
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Greets, then answers each line by `answer`; `undefined` answers nothing. A FIN is answered by one. */
export function answering(
  greeting: string,
  answer: (line: string, socket: Socket) => string | undefined,
): (socket: Socket) => void {
  return (socket) => {
    socket.write(greeting)
    socket.on('end', () => socket.end())
    answerLines(socket, answer)
  }
}

function answerLines(socket: Socket, answer: (line: string, socket: Socket) => string | undefined): void {
  let rest = ''
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n')
    rest = lines.pop() ?? ''
    const text = lines.map((line) => answer(line, socket) ?? '').join('')
    if (text !== '' && socket.writable) socket.write(text)
  })
}

/** Turns to TLS on an accepted connection, then answers lines. */
export function secure(
  socket: Socket,
  certificate: { certificate: string; key: string },
  answer: (line: string, socket: Socket) => string | undefined,
): void {
  socket.removeAllListeners('data')
  const tls = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({ cert: certificate.certificate, key: certificate.key }),
  })
  tls.on('error', () => socket.destroy())
  answerLines(tls, answer)
}
