import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'

export interface PortRequest {
  host: string
  port: number
  /** Default 20 000 of an idle machine. */
  timeoutMs?: number | undefined
  /** Ends the wait at once, for another reason. */
  signal: AbortSignal
}

/** Short beside any boot. Not shorter: each refused connection takes of the CPU that the server boots with. */
const RETRY_MS = 12
const USUAL_MS = 20_000
/** How long a connection has to stay: the proxy of a published port takes it, and closes it when nothing listens behind. */
const STAYS_MS = 50

/** Connects again and again until the port takes connections. @throws {WaitError} with why the last try failed */
export async function awaitPort({ host, port, timeoutMs, signal }: PortRequest): Promise<void> {
  let over: number | undefined
  const stop = bound(timeoutMs, USUAL_MS, (waited) => {
    over = waited
  })
  try {
    while (!signal.aborted) {
      const problem = await problemOf(host, port)
      if (problem === undefined) return
      if (over !== undefined) {
        throw new WaitError(
          `waited ${over} ms for ${host} port ${port} to take connections; the last try: ${problem}`,
          {
            remedy: 'See the log of the server for what keeps it.',
          },
        )
      }
      await pause(RETRY_MS)
    }
  } finally {
    stop()
  }
}

/** Why a connection did not last; undefined where it did. */
function problemOf(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const finish = (problem?: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(problem)
    }
    let timer: NodeJS.Timeout | undefined
    socket.on('connect', () => {
      timer = setTimeout(() => finish(), STAYS_MS)
    })
    socket.on('data', () => finish())
    socket.on('error', ({ message }) => finish(message))
    socket.on('close', () => finish('it was closed at once'))
  })
}
