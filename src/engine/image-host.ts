import type Dockerode from 'dockerode'
import { EngineError, InputError, WaitError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { inTime } from '../metrics/patience.ts'
import { noticeBoot } from '../metrics/slowness.ts'
import { attachOutput } from './attach.ts'
import { archiveFiles, extractFiles } from './container-archive.ts'
import type { ContainerExit } from './container-exit-error.ts'
import { archiveOf } from './container-files.ts'
import type { Engine } from './engine.ts'
import { engineExec } from './engine-exec.ts'
import { engineRemedy } from './engine-remedy.ts'
import { frameReader } from './frames.ts'
import { awaitHealth } from './health.ts'
import type { LogSource } from './host-plan.ts'
import { createImageContainer, type ImageHostSpec } from './image-container.ts'
import { createLog } from './log-follower.ts'
import { type LogReader, startLogReader } from './log-reader.ts'
import { addressOf, reachPorts } from './machine-ports.ts'
import { untilReady } from './ready.ts'
import type { RunningHost } from './running-host.ts'
import type { ServerSpec } from './server-spec.ts'
import { removeContainer } from './sweep.ts'

const OUTPUT: readonly LogSource[] = [{ kind: 'output' }]

/** How long after a host is ready each of its log files may be missing, ms of an idle machine. */
const LOG_FILE_MS = 5_000

/** SIGKILL: somebody took the container away. */
const KILLED = 137

/**
 * Starts a host as its image says: its own first process and its own user; nothing is asked of the image, not even a shell.
 *
 * @throws {ContainerExitError} at once when it ends instead, {ServerRefusesError} when it says that it will not serve,
 *   {WaitError} naming what did not come in time, {EngineError} when the engine refuses. Nothing is left of it then.
 */
export async function startImageHost(
  engine: Engine,
  spec: ImageHostSpec & Pick<ServerSpec, 'connectAfter'>,
): Promise<RunningHost> {
  const sources = spec.log ?? OUTPUT
  const read = sources.filter((source) => source.kind !== 'output')
  let reader: LogReader | undefined
  let container: Dockerode.Container | undefined
  const remove = async () => {
    if (container) await removeContainer(engine.docker, container.id)
    await reader?.remove()
  }
  try {
    const began = performance.now()
    if (read.length > 0) reader = await startLogReader(engine, { name: spec.name, labels: spec.labels, sources: read })
    container = await createImageContainer(engine, {
      ...spec,
      volumes: { ...spec.volumes, ...reader?.volumes },
      binds: { ...spec.binds, ...reader?.binds },
    })
    if (spec.files.length > 0) await container.putArchive(archiveOf(spec.files), { path: '/' })
    return await boot(engine, spec, { container, reader, sources, began, remove })
  } catch (error) {
    await remove()
    if (error instanceof EngineError || error instanceof InputError || error instanceof WaitError) throw error
    if (!isEngineAnswer(error)) throw error
    throw new EngineError(`${spec.name} did not start: ${error.message.trim()}`, {
      code: 'CONTAINER_NOT_STARTED',
      remedy: engineRemedy(error.message),
      cause: error,
    })
  }
}

interface Made {
  container: Dockerode.Container
  reader: LogReader | undefined
  sources: readonly LogSource[]
  /** When the engine was first asked, as performance.now() has it. */
  began: number
  remove(): Promise<void>
}

async function boot(
  engine: Engine,
  spec: ImageHostSpec & Pick<ServerSpec, 'connectAfter'>,
  { container, reader, sources, began, remove }: Made,
): Promise<RunningHost> {
  const { name } = spec
  const { log, write, end } = createLog(name)
  const { promise: exited, resolve: exit } = Promise.withResolvers<ContainerExit>()
  // Attached before the start, so that no line is missed.
  const output = await attachOutput(engine.docker, container.id)
  const heard = sources.some(({ kind }) => kind === 'output')
  output.on(
    'data',
    frameReader((which, octets) => {
      if (heard) write(which, octets)
    }),
  )
  reader?.follow((text) => write('stdout', Buffer.from(`${text}\n`)))
  const over = async () => {
    const exitCode = await exitCodeOf(container)
    end()
    exit({ exitCode, at: epochNow() })
  }
  for (const event of ['end', 'close', 'error']) output.on(event, () => void over())
  log.sources = () => sources.map((source) => describeSource(source, reader?.missing() ?? []))

  await container.start()
  const engineMs = performance.now() - began
  const started = performance.now()
  const ports = await reachPorts(engine, container, spec)
  const endpoint: RunningHost['endpoint'] = (port, side = 'lan') => ports.endpoint(port, side)
  const ready = (refuses?: RegExp) =>
    untilReady({
      name,
      spec,
      endpoint,
      exited,
      log,
      refuses,
      healthy: (wait) => awaitHealth(engine.docker, container, { name, ...wait }),
    })
  try {
    await ready(spec.refuses)
    if (reader) await inTime(reader.found, undefined, LOG_FILE_MS, (ms) => noLogFile(name, reader.missing(), ms))
  } catch (error) {
    ports.close()
    throw error
  }
  const bootMs = performance.now() - started
  noticeBoot(bootMs)
  let stopped: Promise<void> | undefined
  const exec = engineExec(container, name)
  return {
    id: container.id,
    name,
    bootMs,
    engineMs,
    address: (side) => addressOf(spec, side),
    endpoint,
    exec,
    ask: exec,
    write: (files) => archiveFiles(container, name, files),
    read: (path) => extractFiles(container, name, path),
    greeted: () => ready(),
    logs: log,
    exited,
    stop() {
      stopped ??= remove().finally(() => {
        ports.close()
        end()
        exit({ exitCode: KILLED, at: epochNow() })
      })
      return stopped
    },
  }
}

function describeSource(source: LogSource, missing: readonly string[]): string {
  switch (source.kind) {
    case 'output':
      return 'the output of its first process'
    case 'syslog':
      return '/dev/log'
    case 'file':
      return `${source.path}${missing.includes(source.path) ? ', a file that is not there' : ''}`
  }
}

function noLogFile(name: string, paths: readonly string[], waitedMs: number): WaitError {
  return new WaitError(`${name} is ready, and in ${waitedMs} ms there was no log file ${paths.join(', ')} in it`, {
    remedy: 'Name the file that it really logs to, or `output` or `syslog` where it logs there.',
  })
}

/** Asked when its output has ended. */
async function exitCodeOf(container: Dockerode.Container): Promise<number> {
  try {
    const { StatusCode } = await container.wait()
    return StatusCode
  } catch {
    // It is gone: somebody removed it.
    return KILLED
  }
}

function isEngineAnswer(error: unknown): error is Error {
  return error instanceof Error && 'statusCode' in error
}
