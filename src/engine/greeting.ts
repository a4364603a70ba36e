import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'

export interface GreetingRequest {
  host: string
  port: number
  /** What the greeting begins with. */
  text: string
  /** Default 20 000 of an idle machine. */
  timeoutMs?: number | undefined
  /** Ends the wait at once, for another reason. */
  signal: AbortSignal
}

/** Short beside any boot. Not shorter: each refused connection takes of the CPU that the server boots with. */
const RETRY_MS = 12

const USUAL_MS = 20_000

/** What became of one try; undefined: it greeted. */
type Outcome = string | undefined

/**
 * Connects again and again until the server greets as expected.
 *
 * @throws {WaitError} with what came instead, after `timeoutMs`.
 */
export async function awaitGreeting(request: GreetingRequest): Promise<void> {
  const over = new AbortController()
  let waited = 0
  const end = bound(request.timeoutMs, USUAL_MS, (ms) => {
    waited = ms
    over.abort()
  })
  let outcome: Outcome
  try {
    while (!request.signal.aborted) {
      outcome = await readGreeting(request, over.signal, outcome)
      if (outcome === undefined || request.signal.aborted) return
      if (over.signal.aborted) {
        throw new WaitError(
          `waited ${waited} ms for ${request.host} port ${request.port} to greet with ` +
            `${JSON.stringify(request.text)}; the last try: ${outcome}`,
          { remedy: 'See the log of the server for what keeps it.' },
        )
      }
      await pause(RETRY_MS)
    }
  } finally {
    end()
  }
}

/** @returns undefined when it greets, else what came instead: `previous` where the end of the wait cut this try short. */
function readGreeting(request: GreetingRequest, over: AbortSignal, previous: Outcome): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect(request.port, request.host)
    let received = ''
    const finish = (outcome: Outcome) => {
      request.signal.removeEventListener('abort', onAbort)
      over.removeEventListener('abort', cutShort)
      resolve(outcome)
      if (outcome === undefined) socket.end()
      else socket.destroy()
    }
    const onAbort = () => finish('ended')
    const silence = () => (received === '' ? 'connected, but nothing came' : `it said ${JSON.stringify(received)}`)
    const cutShort = () => finish(received === '' && previous !== undefined ? previous : silence())
    request.signal.addEventListener('abort', onAbort)
    over.addEventListener('abort', cutShort)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.startsWith(request.text)) finish(undefined)
      else if (!request.text.startsWith(received)) finish(`it said ${JSON.stringify(received)}`)
    })
    socket.on('error', (error) => finish(error.message))
    // A published port is accepted by the engine's proxy, and closed when nothing listens behind it.
    socket.on('close', () => finish(silence()))
    if (over.aborted) cutShort()
  })
}
