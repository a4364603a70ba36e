import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Whether this process can listen on a port of an address now: a user may not use low ports, and another server of the
 * host may listen there on all addresses.
 */
export async function canListen(address: string, port: number): Promise<boolean> {
  const answers = await Promise.all([tcp(address, port), udp(address, port)])
  return answers.every(Boolean)
}

async function tcp(address: string, port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, address)
    await once(server, 'listening')
  } catch {
    return false
  }
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return true
}

async function udp(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  const bound = once(socket, 'listening').then(
    () => true,
    () => false,
  )
  socket.bind({ address, port, exclusive: true })
  const can = await bound
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return can
}
