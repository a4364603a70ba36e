import { EngineError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { noticeBoot } from '../metrics/slowness.ts'
import { execIn } from './container-exec.ts'
import type { ContainerExit } from './container-exit-error.ts'
import { archiveOf, readFiles, writeFiles } from './container-files.ts'
import type { Engine } from './engine.ts'
import { awaitHealth } from './health.ts'
import type { InitRequest } from './init-channel.ts'
import { createLog } from './log-follower.ts'
import { createLogMarks } from './log-marks.ts'
import { type Machine, type MachineSpec, startMachine } from './machine.ts'
import { addressOf } from './machine-ports.ts'
import { untilQuiet } from './quiet.ts'
import { untilReady } from './ready.ts'
import { comesToRest, expectChanges, renewalKey } from './renewal.ts'
import type { Resting } from './resting.ts'
import type { RunningContainer } from './running-host.ts'
import type { ServerSpec } from './server-spec.ts'

export type ContainerSpec = MachineSpec & ServerSpec

/**
 * Starts a container of its own for a server, and resolves when it is ready.
 *
 * @throws {ContainerExitError} at once when it ends instead, {ServerRefusesError} when it says that it will not serve,
 *   {WaitError} when it is not ready in time, {EngineError} when the engine refuses. Nothing is left of the container then.
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
  const { log, write, breakOff, end } = createLog(name, marks.take)
  const { promise: exited, resolve: exit } = Promise.withResolvers<ContainerExit>()
  const over = (exitCode: number) => {
    end()
    exit({ exitCode, at: epochNow() })
  }
  let request = running ?? bootIn(machine, spec)
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
  const greeted = (refuses?: RegExp) =>
    untilReady({
      name,
      spec,
      endpoint,
      exited,
      log,
      refuses,
      healthy: (wait) => awaitHealth(machine.docker, machine.container, { name, ...wait }),
    })
  let descriptors: number | undefined
  /** Boots it on the files that are there. */
  const again = async () => {
    intact = false
    breakOff()
    const limit = descriptors === undefined ? {} : { [DESCRIPTORS_VARIABLE]: `${descriptors}` }
    request = bootIn(machine, { environment: { ...spec.environment, ...limit } })
    const { code, text } = await request.result
    if (code !== 0) throw new EngineError(`${name} did not start again: ${text}`, { code: 'CONTAINER_NOT_STARTED' })
    await greeted()
    takeAsResident().catch(() => undefined)
  }
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
    async powerCycle(disk) {
      // So that all that was accepted was accepted before the cut.
      await frozen(machine)
      await disk.cut()
      let offAt = 0
      await machine.powerCycle(async () => {
        offAt = epochNow()
        await disk.replay()
      })
      await again()
      return offAt
    },
    async crash(meanwhile) {
      // Told apart from an end of its own: nobody is to hear of that.
      request = { ...request, id: '' }
      await machine.channel.request('kill', [], '^').result
      await meanwhile?.()
      const all = () => machine.channel.request('crash', []).result
      // That the server has ended cuts off what was asked until then.
      await all().catch(all)
      machine.channel.forsake('every process was killed')
      await again()
      // What those that died had said last is read by now, and nobody has spoken to the new ones.
      return epochNow()
    },
    async kill(pattern) {
      intact = false
      const { code, text } = await machine.channel.request('kill', [], pattern.source).result
      if (code !== 0) throw new EngineError(`no process was killed in ${name}: ${text}`, { code: 'EXEC_FAILED' })
      return Number(text)
    },
    cutOff: touching((side) => machine.cutOff(side)),
    isOff: (side) => machine.isOff(side),
    slowDown: touching((side, line) => machine.slowDown(side, line)),
    isSlow: (side) => machine.isSlow(side),
    limitMemory: touching((mebibytes) => machine.limitMemory(mebibytes)),
    limitDescriptors: touching((most) => {
      descriptors = most
    }),
    takeAsResident,
    untilQuiet: (quiet, timeoutMs) => untilQuiet({ channel: machine.channel, marks, name }, quiet, timeoutMs),
    logs: log,
    exited,
    stop,
  }
}

function bootIn(
  { channel }: Machine,
  { environment = {}, files = [] }: Pick<ServerSpec, 'environment' | 'files'>,
): InitRequest {
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
  return channel.request('boot', [String(variables.length), ...variables], archiveOf(files))
}

async function frozen({ channel, spec }: Machine): Promise<void> {
  const { code, text } = await channel.request('freeze', []).result
  if (code !== 0) throw new EngineError(`the server in ${spec.name} was not stopped: ${text}`, { code: 'NOT_FROZEN' })
}

/** What init.pl limits the open files of a server by, at its boot. */
const DESCRIPTORS_VARIABLE = 'MAILRIG_DESCRIPTORS'

/** SIGKILL: somebody took the container away. */
const KILLED = 137
