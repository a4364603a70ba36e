import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WaitError } from '../errors/mailrig-error.ts'

export interface GreetingRequest {
  host: string
  port: number
  /** What the greeting begins with. */
  text: string
  timeoutMs: number
  /** Ends the wait at once, for another reason. */
  signal: AbortSignal
}

/** Short beside any boot. Not shorter: each refused connection takes of the CPU that the server boots with. */
const RETRY_MS = 12

/**
 * Connects again and again until the server greets as expected.
 *
 * @throws {WaitError} with what came instead, after `timeoutMs`.
 */
export async function awaitGreeting(request: GreetingRequest): Promise<void> {
  const deadline = Date.now() + request.timeoutMs
  let outcome: string | undefined
  while (!request.signal.aborted) {
    outcome = await readGreeting(request, deadline, outcome)
    if (outcome === undefined || request.signal.aborted) return
    if (Date.now() + RETRY_MS >= deadline) {
      throw new WaitError(
        `waited ${request.timeoutMs} ms for ${request.host} port ${request.port} to greet with ` +
          `${JSON.stringify(request.text)}; the last try: ${outcome}`,
        { remedy: 'See the log of the server for what keeps it.' },
      )
    }
    await pause(RETRY_MS)
  }
}

/** @returns undefined when it greets, else what came instead: `previous` where the deadline cut this try short. */
function readGreeting(
  request: GreetingRequest,
  deadline: number,
  previous: string | undefined,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(request.port, request.host)
    let received = ''
    const finish = (outcome: string | undefined) => {
      clearTimeout(timer)
      request.signal.removeEventListener('abort', onAbort)
      resolve(outcome)
      if (outcome === undefined) socket.end()
      else socket.destroy()
    }
    const onAbort = () => finish('ended')
    const silence = () => (received === '' ? 'connected, but nothing came' : `it said ${JSON.stringify(received)}`)
    const cutShort = () => finish(received === '' && previous !== undefined ? previous : silence())
    const timer = setTimeout(cutShort, Math.max(1, deadline - Date.now()))
    request.signal.addEventListener('abort', onAbort)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.startsWith(request.text)) finish(undefined)
      else if (!request.text.startsWith(received)) finish(`it said ${JSON.stringify(received)}`)
    })
    socket.on('error', (error) => finish(error.message))
    // A published port is accepted by the engine's proxy, and closed when nothing listens behind it.
    socket.on('close', () => finish(silence()))
  })
}
