import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { noticeBoot } from '../metrics/slowness.ts'
import type { Exec, ServerFile, Side } from '../servers/contract.ts'
import { execIn } from './container-exec.ts'
import { type ContainerExit, ContainerExitError } from './container-exit-error.ts'
import { archiveOf, type ContainerFile, readFiles, writeFiles } from './container-files.ts'
import type { Engine } from './engine.ts'
import { awaitGreeting } from './greeting.ts'
import { createLog, type LogFollower } from './log-follower.ts'
import { addressOf, type Machine, type MachineSpec, startMachine } from './machine.ts'
import { ServerRefusesError } from './server-refuses-error.ts'

/** A server to boot in a container. */
export interface ServerSpec {
  /** Written before the first process starts. */
  files?: readonly ServerFile[]
  environment?: Record<string, string>
  /** Ports whose greeting means "ready", with the text it begins with. None: ready when started. */
  greetings: Record<number, string>
  /** A log line after which it will not get ready, whatever is waited for. */
  refuses?: RegExp
  /** Nobody connects before this, not even to see whether it greets. */
  connectAfter?: Promise<unknown>
  /** Bound of the wait for the greetings, in milliseconds. Default 20 000 of an idle machine. */
  readyTimeoutMs?: number
}

export type ContainerSpec = MachineSpec & ServerSpec

export interface RunningContainer {
  id: string
  name: string
  /** @throws {EngineError} when the container does not stand on that side. */
  address(side: Side): string
  /** Where this host reaches a port of the container. Published ports are the same on both sides. */
  endpoint(port: number, side?: Side): { host: string; port: number }
  exec: Exec
  /** Replaces files while it runs. */
  write(files: readonly ServerFile[]): Promise<void>
  read(path: string): Promise<ContainerFile[]>
  /**
   * Resolves when each of its ports greets, as at its start.
   *
   * @throws {ContainerExitError} {WaitError} with the last lines of its log.
   */
  greeted(): Promise<void>
  /** Stops every process of it in its tracks for as long as `action` takes. The kernel goes on taking connections. */
  whileFrozen<T>(action: () => Promise<T>): Promise<T>
  logs: LogFollower
  /** From the order to boot to the last greeting, ms. */
  bootMs: number
  /** How long the engine took to make and start the container for this server, ms; 0 where it stood ready. */
  engineMs: number
  /** Resolves, never rejects, when the server has ended and its log is read. */
  exited: Promise<ContainerExit>
  /** Ends the server, and the container or its use. Stopping twice does nothing. */
  stop(): Promise<void>
}

/**
 * Starts a container of its own for a server, and resolves when each of the server's ports has greeted.
 *
 * @throws {ContainerExitError} at once when it ends instead, {ServerRefusesError} when it says that it will not serve,
 *   {WaitError} when a greeting does not come in time, {EngineError} when the engine refuses. Nothing is left of the container then.
 */
export async function startContainer(engine: Engine, spec: ContainerSpec): Promise<RunningContainer> {
  const machine = await startMachine(engine, spec)
  return bootServer(engine, machine, spec, () => machine.remove())
}

/**
 * Boots a server in a container that is clean. `finish` is what becomes of the container afterwards.
 *
 * @throws as {@link startContainer}; `finish` has been called then.
 */
export async function bootServer(
  engine: Engine,
  machine: Machine,
  spec: ServerSpec,
  finish: () => Promise<void>,
): Promise<RunningContainer> {
  const started = performance.now()
  const { name } = machine.spec
  const { log, write, end } = createLog(name)
  const { promise: exited, resolve: exit } = Promise.withResolvers<ContainerExit>()
  const over = (exitCode: number) => {
    end()
    exit({ exitCode, at: epochNow() })
  }
  const environment = Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`)
  const request = machine.channel.request(
    'boot',
    [String(environment.length), ...environment],
    archiveOf(spec.files ?? []),
  )
  machine.listener = {
    text: write,
    ended: (id, exitCode) => {
      if (id === request.id) over(exitCode)
    },
    closed: () => over(KILLED),
  }
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= finish().finally(() => over(KILLED))
    return stopped
  }
  const endpoint: RunningContainer['endpoint'] = (port, side = 'lan') => endpointOf(engine, machine, port, side)
  const greeted = (refuses?: RegExp) => ready({ name, spec, endpoint, exited, log, refuses })
  try {
    const { code, text } = await request.result
    if (code !== 0) throw new EngineError(`files were not written to ${name}: ${text}`, { code: 'FILES_FAILED' })
    await greeted(spec.refuses)
  } catch (error) {
    await stop()
    throw error
  }
  const bootMs = performance.now() - started
  noticeBoot(bootMs)
  const { engineMs } = machine
  // Spent on this server; the next finds the container there.
  machine.engineMs = 0
  return {
    id: machine.id,
    name,
    bootMs,
    engineMs,
    address: (side) => addressOf(machine.spec, side),
    endpoint,
    exec: execIn(machine),
    write: (files) => writeFiles(machine, files),
    read: (path) => readFiles(machine, path),
    greeted: () => greeted(),
    async whileFrozen(action) {
      await frozen(machine)
      try {
        return await action()
      } finally {
        await machine.channel.request('thaw', []).result
      }
    },
    logs: log,
    exited,
    stop,
  }
}

async function frozen({ channel, spec }: Machine): Promise<void> {
  const { code, text } = await channel.request('freeze', []).result
  if (code !== 0) throw new EngineError(`the server in ${spec.name} was not stopped: ${text}`, { code: 'NOT_FROZEN' })
}

/** SIGKILL: somebody took the container away. */
const KILLED = 137

function endpointOf(engine: Engine, { spec, published }: Machine, port: number, side: Side) {
  if (engine.reach === 'direct') return { host: addressOf(spec, side), port }
  const hostPort = published.get(port)
  if (hostPort === undefined) {
    throw new EngineError(`port ${port} of ${spec.name} is not published; published: ${[...published.keys()]}`, {
      code: 'PORT_NOT_PUBLISHED',
      remedy: 'Name it in `publish` when the container is started.',
    })
  }
  return { host: engine.publishedHost, port: hostPort }
}

interface Readiness {
  name: string
  spec: ServerSpec
  endpoint: RunningContainer['endpoint']
  exited: Promise<ContainerExit>
  log: LogFollower
  /** See {@link ServerSpec.refuses}; looked for in the whole log, so only at the start. */
  refuses?: RegExp | undefined
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

/** Why a wait is given up that nobody asks about: without a reason, Node makes an error of each. */
const OVER = 'over'

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
function notGreeted({ message, remedy }: WaitError, name: string, log: LogFollower): WaitError {
  const said = lastLines(log).map((text) => `\n  ${text}`)
  return new WaitError(`${message}\nthe last log lines of ${name}:${said.join('') || ' none'}`, {
    ...(remedy === undefined ? {} : { remedy }),
  })
}

function lastLines(log: LogFollower): string[] {
  return log.lines.slice(-30).map(({ text }) => text)
}

async function ready({ name, spec, endpoint, exited, log, refuses }: Readiness): Promise<void> {
  await Promise.all([spec.connectAfter, begun(log)])
  const abort = new AbortController()
  const exit = exited.then((status) => {
    abort.abort(OVER)
    throw new ContainerExitError(name, status, lastLines(log))
  })
  // When the greetings win, the exit that comes much later concerns nobody here.
  exit.catch(() => undefined)
  const { promise: refusal, reject: refuse } = Promise.withResolvers<never>()
  refusal.catch(() => undefined)
  const off = onRefusal(refuses ?? NOTHING, log, (line) => {
    abort.abort(OVER)
    refuse(new ServerRefusesError(name, line, lastLines(log)))
  })
  const greetings = Promise.all(
    Object.entries(spec.greetings).map(([port, text]) =>
      awaitGreeting({
        ...endpoint(Number(port), 'lan'),
        text,
        timeoutMs: spec.readyTimeoutMs,
        signal: abort.signal,
      }),
    ),
  )
  try {
    // The greetings end early where one of the others has ended them.
    const both = Promise.race([exit, refusal])
    await Promise.race([both, greetings.then(() => (abort.signal.aborted ? both : undefined))])
  } catch (error) {
    if (error instanceof WaitError) throw notGreeted(error, name, log)
    throw error
  } finally {
    off()
    abort.abort(OVER)
  }
}
