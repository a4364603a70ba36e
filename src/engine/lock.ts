import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { WaitError } from '../errors/mailrig-error.ts'
import { stateDirectory } from './state-directory.ts'

export interface LockOptions {
  /** Bound of the wait for another holder, in milliseconds. */
  timeoutMs: number
  /** Called once when the lock is held by another process. */
  onWait?: () => void
}

/**
 * Runs `action` while no other process of this host runs one under the same name.
 *
 * The lock is a listening local socket: the kernel frees it with its process, so none goes stale, and a waiting process
 * hears of the release as the end of its connection.
 *
 * @throws {WaitError} when another process held it for longer than `timeoutMs`.
 */
export async function withLock<T>(name: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const address = lockAddress(name)
  const deadline = Date.now() + options.timeoutMs
  let held = await tryListen(address)
  if (held === undefined) options.onWait?.()
  while (held === undefined) {
    await untilReleased(address, name, deadline, options.timeoutMs)
    held = await tryListen(address)
  }
  try {
    return await action()
  } finally {
    await held.release()
  }
}

function lockAddress(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\mailrig-${name}`
  // Linux: a socket in the abstract namespace (unix(7)) leaves no file behind.
  if (process.platform === 'linux') return `\0mailrig-${process.getuid?.() ?? 0}-${name}`
  // A socket path holds 104 octets on macOS: the name is shortened so that the directory has room.
  return join(stateDirectory(), `${createHash('sha256').update(name).digest('hex').slice(0, 12)}.lock`)
}

function tryListen(address: string): Promise<{ release(): Promise<void> } | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>()
    const server: Server = createServer((socket) => {
      waiting.add(socket)
      socket.on('close', () => waiting.delete(socket))
      socket.on('error', () => waiting.delete(socket))
      socket.unref()
    })
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(address, () => {
      server.unref()
      resolve({
        release: () =>
          new Promise((released) => {
            server.close(() => released())
            for (const socket of waiting) socket.destroy()
          }),
      })
    })
  })
}

function untilReleased(address: string, name: string, deadline: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(address)
    const timer = setTimeout(
      () => {
        socket.destroy()
        reject(
          new WaitError(`another mailrig process held the lock "${name}" for ${timeoutMs} ms`, {
            remedy: 'Wait for the other process, or end it, and run this again.',
          }),
        )
      },
      Math.max(0, deadline - Date.now()),
    )
    socket.resume()
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A socket file whose process died without removing it; abstract sockets and pipes have no such file.
      if (error.code === 'ECONNREFUSED' && address.startsWith('/')) rmSync(address, { force: true })
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
