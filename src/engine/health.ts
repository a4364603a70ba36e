import type Dockerode from 'dockerode'
import { InputError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'
import { late, READY_MS, type Wait } from './ready.ts'

/**
 * Resolves when a container's healthcheck says healthy, and when the wait is ended for another reason.
 *
 * @throws {InputError} HOST_PLAN where its image has no healthcheck; {WaitError} when it does not come in time.
 */
export async function awaitHealth(
  docker: Dockerode,
  container: Dockerode.Container,
  { name, timeoutMs, signal }: Wait & { name: string },
): Promise<void> {
  const abort = new AbortController()
  // Before the first look, so that no change is missed.
  const events = await docker.getEvents({
    filters: { container: [container.id], event: ['health_status'] },
    abortSignal: abort.signal,
  })
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  const look = async () => {
    const { State } = await container.inspect()
    if (!State.Health && State.Running) throw noHealthcheck(name)
    if (State.Health?.Status === 'healthy') resolve()
  }
  const stop = bound(timeoutMs, READY_MS, (waited) => reject(late({ kind: 'healthcheck' }, name, waited)))
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  events.on('data', () => void look().catch(reject))
  events.on('error', (error: Error) => {
    if (!abort.signal.aborted) reject(error)
  })
  try {
    await look()
    if (signal.aborted) resolve()
    await over
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
    abort.abort()
  }
}

function noHealthcheck(name: string): InputError {
  return new InputError(`the image of ${name} has no healthcheck, which it was to be ready by`, {
    code: 'HOST_PLAN',
    remedy: 'Wait for a greeting, a port or a log line instead, or give the image a HEALTHCHECK.',
  })
}
