import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { EngineError, InputError } from '../errors/mailrig-error.ts'
import { anyImage } from './any-image.ts'
import { attach } from './attach.ts'
import { bounded } from './bounded.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import { frameReader } from './frames.ts'
import type { LogSource } from './host-plan.ts'
import { lineSplitter } from './log-follower.ts'
import { removeContainer, removeVolume } from './sweep.ts'

/** Where syslog(3) writes. */
const SYSLOG_SOCKET = '/dev/log'

const READY_MS = 20_000

type Read = Exclude<LogSource, { kind: 'output' }>

/** A container that reads a host's log where that is no output of its first process; see docker/log-reader. */
export interface LogReader {
  /** To mount into the host: path → volume. An empty volume is filled with what the image has at that path. */
  volumes: Readonly<Record<string, string>>
  /** To mount into the host: path → path on the engine's machine. */
  binds: Readonly<Record<string, string>>
  /** Calls `listener` with each line of the log, those that came already first. */
  follow(listener: (text: string) => void): void
  /** Log files that were never there so far. */
  missing(): string[]
  /** Resolves when every log file has been there. */
  found: Promise<void>
  remove(): Promise<void>
}

interface Options {
  /** Of the host. */
  name: string
  labels: Record<string, string>
  sources: readonly Read[]
}

/**
 * Starts it, before the host: the socket has to be there when the host starts.
 *
 * @throws {InputError} HOST_PLAN for a path that cannot be followed; {EngineError} when the engine refuses.
 */
export async function startLogReader(engine: Engine, { name, labels, sources }: Options): Promise<LogReader> {
  const volumes: Record<string, string> = {}
  const binds: Record<string, string> = {}
  const mounts: { volume: string; at: string }[] = []
  const volumeName = () => `${name}-log-${randomBytes(4).toString('hex')}`
  const undo: (() => Promise<void>)[] = []
  const remove = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const programArguments = await Promise.all(
      sources.map(async (source, index) => {
        const at = `/mailrig/${index}`
        if (source.kind === 'file') {
          const { dir, base } = directoryOf(source.path)
          volumes[dir] ??= volumeName()
          const volume = volumes[dir]
          if (!mounts.some((mount) => mount.volume === volume)) mounts.push({ volume, at })
          const mounted = mounts.find((mount) => mount.volume === volume)?.at ?? at
          return `file:${mounted}/${base}`
        }
        const volume = volumeName()
        mounts.push({ volume, at })
        await engine.docker.createVolume({ Name: volume, Labels: labels })
        const { Mountpoint } = await engine.docker.getVolume(volume).inspect()
        binds[SYSLOG_SOCKET] = `${Mountpoint}/log`
        return `socket:${at}/log`
      }),
    )
    for (const { volume } of mounts) undo.push(() => removeVolume(engine.docker, volume))
    const [image, program] = await Promise.all([
      anyImage(engine, 'the container that reads a log'),
      readFile(join(DOCKER_FOLDER, 'log-reader', 'log-reader.pl'), 'utf8'),
    ])
    const container = await engine.docker.createContainer({
      name: `${name}-log`,
      Image: image,
      Labels: labels,
      Entrypoint: ['perl', '-e', program, ...programArguments],
      Cmd: [],
      OpenStdin: true,
      HostConfig: {
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        // A log that only its user may read.
        CapAdd: ['DAC_OVERRIDE', 'FOWNER'],
        LogConfig: { Type: 'none', Config: {} },
        Mounts: mounts.map(({ volume, at }) => ({
          Type: 'volume' as const,
          Source: volume,
          Target: at,
          // Empty until the host's image fills it.
          VolumeOptions: { Labels: labels, NoCopy: true, DriverConfig: { Name: 'local', Options: {} } },
        })),
      },
    })
    undo.push(() => removeContainer(engine.docker, container.id))
    const heard = listenTo(await attach(engine.docker, container.id), sources)
    await container.start()
    await bounded(heard.ready, READY_MS, 'the reader of a log to listen')
    return { volumes, binds, ...heard, remove }
  } catch (cause) {
    await remove()
    if (cause instanceof EngineError || cause instanceof InputError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(`the log of ${name} cannot be read: ${reason}`, {
      code: 'LOG_NOT_FOLLOWED',
      remedy: engineRemedy(reason),
      cause,
    })
  }
}

function directoryOf(path: string): { dir: string; base: string } {
  const { dir, base } = posix.parse(posix.normalize(path))
  if (!posix.isAbsolute(path) || dir === '/' || base === '') {
    throw new InputError(`the log file ${JSON.stringify(path)} cannot be followed`, {
      code: 'HOST_PLAN',
      remedy: 'Give the absolute path of a file in a directory of its own below /, e.g. /var/log/mail.log.',
    })
  }
  return { dir, base }
}

/** What the program says. */
function listenTo(socket: NodeJS.ReadWriteStream, sources: readonly Read[]) {
  const ready = Promise.withResolvers<void>()
  const found = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined)
  const absent = new Set(sources.flatMap(({ kind }, index) => (kind === 'file' ? [index] : [])))
  if (absent.size === 0) found.resolve()
  const came: string[] = []
  let listener = (text: string): void => {
    came.push(text)
  }
  let said = ''
  const lines = lineSplitter((line) => {
    const [, word, number, text = ''] = /^(ready|open|line)(?: (\d+))?(?: (.*))?$/s.exec(line) ?? []
    if (word === 'ready') ready.resolve()
    else if (word === 'line') listener(text)
    else if (word === 'open') {
      absent.delete(Number(number))
      if (absent.size === 0) found.resolve()
    }
  })
  socket.on(
    'data',
    frameReader((which, payload) => {
      if (which === 'stdout') lines.write(payload)
      else said += payload
    }),
  )
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => ready.reject(new Error(`its reader ended: ${said.trim() || 'without a word'}`)))
  }
  return {
    ready: ready.promise,
    found: found.promise,
    missing: () =>
      [...absent].flatMap((index) => {
        const source = sources[index]
        return source?.kind === 'file' ? [source.path] : []
      }),
    follow(next: (text: string) => void) {
      for (const text of came.splice(0)) next(text)
      listener = next
    },
  }
}
