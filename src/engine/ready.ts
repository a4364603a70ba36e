import { WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'
import { type ContainerExit, ContainerExitError } from './container-exit-error.ts'
import { awaitGreeting } from './greeting.ts'
import type { LogFollower } from './log-follower.ts'
import { awaitPort } from './port.ts'
import { describeReadiness, type Readiness } from './readiness.ts'
import { ServerRefusesError } from './server-refuses-error.ts'
import type { ServerSpec } from './server-spec.ts'
import type { Side } from './side.ts'

/** A host that is starting. */
export interface Starting {
  name: string
  spec: Pick<ServerSpec, 'readiness' | 'readyTimeoutMs' | 'connectAfter'>
  endpoint(port: number, side: Side): { host: string; port: number }
  exited: Promise<ContainerExit>
  log: LogFollower
  /** See {@link ServerSpec.refuses}; looked for in the whole log, so only at the start. */
  refuses?: RegExp | undefined
  /** Resolves when its healthcheck says healthy, or with the end of the wait. */
  healthy: (wait: Wait) => Promise<void>
}

export interface Wait {
  timeoutMs: number | undefined
  /** Ends the wait at once, for another reason. */
  signal: AbortSignal
}

/** Why a wait is given up that nobody asks about: without a reason, Node makes an error of each. */
const OVER = 'over'

/** Default bound of the wait for all of a host's readiness, ms of an idle machine. */
export const READY_MS = 20_000

/**
 * Resolves when a host is ready.
 *
 * @throws {ContainerExitError} at once when it ends instead, {ServerRefusesError} when it says that it will not serve,
 *   {WaitError} naming what did not come in time, with the last lines of its log.
 */
export async function untilReady({ name, spec, endpoint, exited, log, refuses, healthy }: Starting): Promise<void> {
  const { readiness, readyTimeoutMs: timeoutMs } = spec
  const connects = readiness.some(({ kind }) => kind === 'greeting' || kind === 'listening')
  await Promise.all([spec.connectAfter, connects || readiness.length === 0 ? begun(log) : undefined])
  const abort = new AbortController()
  const expected = readiness.find(({ kind }) => kind === 'exit')
  const exit = exited.then((status) => {
    abort.abort(OVER)
    if (expected?.kind === 'exit' && expected.code === status.exitCode) return
    throw new ContainerExitError(name, status, lastLines(log))
  })
  // When it is ready, the exit that comes much later concerns nobody here.
  exit.catch(() => undefined)
  const { promise: refusal, reject: refuse } = Promise.withResolvers<never>()
  refusal.catch(() => undefined)
  const off = onRefusal(refuses ?? NOTHING, log, (line) => {
    abort.abort(OVER)
    refuse(new ServerRefusesError(name, line, lastLines(log)))
  })
  const wait: Wait = { timeoutMs, signal: abort.signal }
  const comes = (one: Readiness): Promise<void> => {
    switch (one.kind) {
      case 'greeting':
        return awaitGreeting({ ...endpoint(one.port, 'lan'), text: one.text, ...wait })
      case 'listening':
        return awaitPort({ ...endpoint(one.port, 'lan'), ...wait })
      case 'log':
        return awaitLine(log, one, { name, ...wait })
      case 'healthcheck':
        return healthy(wait)
      case 'exit':
        return awaitAbort(one, { name, ...wait })
    }
  }
  const all = Promise.all(readiness.map(comes))
  try {
    // The waits end early where one of the others has ended them.
    const both = Promise.race([exit, refusal])
    await Promise.race([both, all.then(() => (abort.signal.aborted ? both : undefined))])
  } catch (error) {
    if (error instanceof WaitError) throw notReady(error, name, log)
    throw error
  } finally {
    off()
    abort.abort(OVER)
  }
}

/** Bound of the wait for a server's first line, for one that logs elsewhere and says none. */
const SILENT_MS = 100

/** A server greets when it has begun to log, or hardly before; until then each try would be in vain. */
async function begun(log: LogFollower): Promise<void> {
  if (log.lines.length > 0) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const off = log.on(() => resolve())
  const timer = setTimeout(resolve, SILENT_MS)
  await Promise.race([promise, log.ended])
  clearTimeout(timer)
  off()
}

/** Resolves with the first line that fits, there already or to come, and when the wait is ended for another reason. */
function awaitLine(
  log: LogFollower,
  readiness: Readiness & { kind: 'log' },
  { name, timeoutMs, signal }: Wait & { name: string },
): Promise<void> {
  const fits = (text: string) => text.search(readiness.pattern) >= 0
  return new Promise((resolve, reject) => {
    const finish = (error?: WaitError) => {
      stop()
      off()
      signal.removeEventListener('abort', onAbort)
      if (error) reject(error)
      else resolve()
    }
    const onAbort = () => finish()
    const stop = bound(timeoutMs, READY_MS, (waited) => finish(late(readiness, name, waited)))
    const off = log.on(({ text }) => fits(text) && finish())
    signal.addEventListener('abort', onAbort)
    if (signal.aborted || log.lines.some(({ text }) => fits(text))) finish()
  })
}

/** Resolves when the wait is ended for another reason: where the end of the host is what is waited for. */
function awaitAbort(readiness: Readiness, { name, timeoutMs, signal }: Wait & { name: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      stop()
      resolve()
    }
    const stop = bound(timeoutMs, READY_MS, (waited) => {
      signal.removeEventListener('abort', onAbort)
      reject(late(readiness, name, waited))
    })
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** What was waited for in vain. */
export function late(readiness: Readiness, name: string, waitedMs: number): WaitError {
  return new WaitError(`waited ${waitedMs} ms for ${describeReadiness(readiness)} of ${name}`, {
    remedy: 'See the log of the host for what keeps it, and whether what is waited for is what it really does.',
  })
}

/** No bound: the server has said already what it is about. What belongs to that comes in this time, ms, or is not missed. */
const LAST_WORDS_MS = 300

/**
 * Tells of the first line that fits, there already or to come, when there was time for what belongs to it: where the
 * server ends, that is the better story. The result ends that.
 */
function onRefusal(pattern: RegExp, log: LogFollower, tell: (line: string) => void): () => void {
  let end = () => {}
  const heard = (text: string) => {
    end()
    const timer = setTimeout(() => tell(text), LAST_WORDS_MS)
    end = () => clearTimeout(timer)
  }
  const there = log.lines.find(({ text }) => pattern.test(text))
  if (there) heard(there.text)
  else {
    end = log.on(({ text }) => {
      if (pattern.test(text)) heard(text)
    })
  }
  return () => end()
}

/** No line at all. */
const NOTHING = /(?!)/

/** A server that says nothing to its clients may say why in its log. */
function notReady({ message, remedy }: WaitError, name: string, log: LogFollower): WaitError {
  const said = lastLines(log).map((text) => `\n  ${text}`)
  const sources = log.sources === undefined ? '' : `, from ${log.sources().join(', ')}`
  return new WaitError(`${message}\nthe last log lines of ${name}${sources}:${said.join('') || ' none'}`, {
    ...(remedy === undefined ? {} : { remedy }),
  })
}

function lastLines(log: LogFollower): string[] {
  return log.lines.slice(-30).map(({ text }) => text)
}
