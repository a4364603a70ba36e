import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { noticeBoot } from '../metrics/slowness.ts'
import { execIn } from './container-exec.ts'
import { type ContainerExit, ContainerExitError } from './container-exit-error.ts'
import { archiveOf, type ContainerFile, readFiles, writeFiles } from './container-files.ts'
import type { Engine } from './engine.ts'
import type { Exec } from './exec.ts'
import { awaitGreeting } from './greeting.ts'
import type { InitRequest } from './init-channel.ts'
import { createLog, type LogFollower } from './log-follower.ts'
import { createLogMarks } from './log-marks.ts'
import { type Machine, type MachineSpec, startMachine } from './machine.ts'
import { addressOf } from './machine-ports.ts'
import { type QuietSpec, untilQuiet } from './quiet.ts'
import { comesToRest, expectChanges, renewalKey } from './renewal.ts'
import type { Resting } from './resting.ts'
import type { ServerFile } from './server-file.ts'
import { ServerRefusesError } from './server-refuses-error.ts'
import type { ServerSpec } from './server-spec.ts'
import type { Side } from './side.ts'

export type ContainerSpec = MachineSpec & ServerSpec

export interface RunningContainer {
  id: string
  name: string
  /** @throws {EngineError} when the container does not stand on that side. */
  address(side: Side): string
  /** Where this host reaches a port of the container, coming from that side. */
  endpoint(port: number, side?: Side): { host: string; port: number }
  /** Runs a command. It may change anything: no other rig gets this server. */
  exec: Exec
  /** Runs a command that changes nothing but a rig's data. */
  ask: Exec
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
  /**
   * Takes what runs beside the server now for part of it, as its logger is: `untilQuiet` does not wait for its end. Done
   * at the boot.
   */
  takeAsResident(): Promise<void>
  /**
   * Resolves when nothing is under way that the log does not show, and the log is read.
   *
   * @throws {WaitError} after `timeoutMs`, naming what still runs.
   */
  untilQuiet(spec: QuietSpec, timeoutMs: number): Promise<void>
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
  return bootServer(machine, spec, { finish: () => machine.remove() })
}

export interface Occupancy {
  /** The request that booted the server which goes on here, its data in place; undefined where it is to be booted. */
  running?: InitRequest | undefined
  /** What becomes of the container afterwards. `rests` has the server go on, where it can. */
  finish(rests: () => Promise<Resting | undefined>): Promise<void>
}

/**
 * Boots a server in a container that is clean, or takes the one that goes on there.
 *
 * @throws as {@link startContainer}; `finish` has been called then.
 */
export async function bootServer(
  machine: Machine,
  spec: ServerSpec,
  { running, finish }: Occupancy,
): Promise<RunningContainer> {
  const started = performance.now()
  const { name } = machine.spec
  const marks = createLogMarks()
  const { log, write, end } = createLog(name, marks.take)
  const { promise: exited, resolve: exit } = Promise.withResolvers<ContainerExit>()
  const over = (exitCode: number) => {
    end()
    exit({ exitCode, at: epochNow() })
  }
  const request = running ?? bootIn(machine, spec)
  // Until the server is ready, and from when anything but its data may have changed.
  let intact = false
  machine.listener = {
    text: write,
    ended: (id, exitCode) => {
      if (id !== request.id) return
      intact = false
      over(exitCode)
    },
    closed: () => over(KILLED),
  }
  const rests = async (): Promise<Resting | undefined> => {
    const key = intact ? renewalKey(spec) : undefined
    if (key === undefined || !spec.renewal || !(await comesToRest(machine, spec.renewal))) return undefined
    return { key, boot: request }
  }
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= finish(rests).finally(() => over(KILLED))
    return stopped
  }
  const touching = <Args extends unknown[], T>(act: (...args: Args) => T) => {
    return (...args: Args): T => {
      intact = false
      return act(...args)
    }
  }
  const endpoint: RunningContainer['endpoint'] = (port, side = 'lan') => machine.ports.endpoint(port, side)
  const takeAsResident = async () => {
    await machine.channel.request('settle', []).result
  }
  const greeted = (refuses?: RegExp) => ready({ name, spec, endpoint, exited, log, refuses })
  try {
    const { code, text } = await request.result
    if (code !== 0) throw new EngineError(`files were not written to ${name}: ${text}`, { code: 'FILES_FAILED' })
    if (!running) await greeted(spec.refuses)
    // Not waited for: it is done before whatever this channel is asked next.
    takeAsResident().catch(() => undefined)
    if (spec.renewal) {
      await expectChanges(machine, spec.renewal)
      intact = true
    }
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
    exec: touching(execIn(machine)),
    ask: execIn(machine),
    write: touching((files) => writeFiles(machine, files)),
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
    takeAsResident,
    untilQuiet: (quiet, timeoutMs) => untilQuiet({ channel: machine.channel, marks, name }, quiet, timeoutMs),
    logs: log,
    exited,
    stop,
  }
}

function bootIn({ channel }: Machine, { environment = {}, files = [] }: ServerSpec): InitRequest {
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
  return channel.request('boot', [String(variables.length), ...variables], archiveOf(files))
}

async function frozen({ channel, spec }: Machine): Promise<void> {
  const { code, text } = await channel.request('freeze', []).result
  if (code !== 0) throw new EngineError(`the server in ${spec.name} was not stopped: ${text}`, { code: 'NOT_FROZEN' })
}

/** SIGKILL: somebody took the container away. */
const KILLED = 137

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
