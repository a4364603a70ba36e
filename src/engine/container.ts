import { setTimeout as pause } from 'node:timers/promises'
import type Dockerode from 'dockerode'
import { EngineError, MailrigError } from '../errors/mailrig-error.ts'
import type { Exec, ServerFile, Side } from '../servers/contract.ts'
import { execIn } from './container-exec.ts'
import { type ContainerExit, ContainerExitError } from './container-exit-error.ts'
import { type ContainerFile, readFiles, writeFiles } from './container-files.ts'
import { localSocket } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { awaitGreeting } from './greeting.ts'
import { followLog, type LogFollower } from './log-follower.ts'
import type { NetworkPair } from './networks.ts'
import { removeContainer } from './sweep.ts'

export interface ContainerSpec {
  /** Present already; see images.ts. */
  image: string
  /** Unique in the engine. */
  name: string
  /** Fully qualified; the engine puts it into /etc/hosts with its first label as alias. */
  hostname: string
  pair: NetworkPair
  /** IPv4 addresses in the pair's subnets. */
  addresses: { lan: string; internet?: string }
  /** Written before the first process starts. */
  files?: readonly ServerFile[]
  environment?: Record<string, string>
  /** Capabilities kept, e.g. `NET_BIND_SERVICE`; all others are dropped. */
  capabilities: readonly string[]
  /** Ports whose greeting means "ready", with the text it begins with. None: ready when started. */
  greetings: Record<number, string>
  labels: Record<string, string>
  /** The resolver behind the engine's own. */
  dns?: string
  /** Instead of the image's. */
  command?: readonly string[]
  /** Ports the host must reach besides those that greet. */
  publish?: readonly number[]
  /** Bound of the wait for the greetings, in milliseconds. Default 20 000. */
  readyTimeoutMs?: number
}

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
   * @throws {ContainerExitError} {WaitError}
   */
  greeted(): Promise<void>
  /** Stops every process of it in its tracks for as long as `action` takes. The kernel goes on taking connections. */
  whileFrozen<T>(action: () => Promise<T>): Promise<T>
  logs: LogFollower
  /** Resolves, never rejects, when the first process has ended and its log is read. */
  exited: Promise<ContainerExit>
  /** Removes it. `graceful`: SIGTERM first, and five seconds. Stopping twice does nothing. */
  stop(options?: { graceful?: boolean }): Promise<void>
}

/**
 * Creates, fills and starts a container, and resolves when each of its ports has greeted.
 *
 * @throws {ContainerExitError} at once when it ends instead, {WaitError} when a greeting does not come in time,
 *   {EngineError} when the engine refuses. Nothing is left of the container then.
 */
export async function startContainer(engine: Engine, spec: ContainerSpec): Promise<RunningContainer> {
  const container = await create(engine, spec)
  try {
    const [stream] = await Promise.all([
      // Attached before the start, so that no line is missed.
      container.attach({ stream: true, stdout: true, stderr: true }),
      writeFiles(container, spec.files ?? []),
      connectInternet(engine, spec, container.id),
    ])
    const logs = followLog(stream, spec.name)
    await container.start()
    const running = describe(engine, spec, container, logs, await publishedPorts(engine, container))
    await ready(spec, running)
    return running
  } catch (error) {
    await removeContainer(engine.docker, container.id)
    throw error instanceof MailrigError ? error : notStarted(spec, error)
  }
}

async function create(engine: Engine, spec: ContainerSpec): Promise<Dockerode.Container> {
  const published = engine.reach === 'exposed' ? portsToPublish(spec) : []
  const hostIp = localSocket(engine.endpoint) === undefined ? '' : '127.0.0.1'
  const lan = spec.pair.networks.lan.name
  try {
    return await engine.docker.createContainer({
      name: spec.name,
      Image: spec.image,
      Hostname: spec.hostname,
      Env: Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`),
      Labels: spec.labels,
      ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
      ExposedPorts: Object.fromEntries(published.map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        NetworkMode: lan,
        CapDrop: ['ALL'],
        CapAdd: [...spec.capabilities],
        PortBindings: Object.fromEntries(published.map((port) => [`${port}/tcp`, [{ HostIp: hostIp, HostPort: '' }]])),
        ...(spec.dns === undefined ? {} : { Dns: [spec.dns], DnsSearch: ['.'] }),
      },
      NetworkingConfig: { EndpointsConfig: { [lan]: { IPAMConfig: { IPv4Address: spec.addresses.lan } } } },
    })
  } catch (error) {
    throw notStarted(spec, error)
  }
}

/** Engines before API 1.44 take one network when a container is created; the second is connected before the start. */
async function connectInternet(engine: Engine, spec: ContainerSpec, id: string): Promise<void> {
  const { internet } = spec.addresses
  if (internet === undefined) return
  await engine.docker.getNetwork(spec.pair.networks.internet.id).connect({
    Container: id,
    EndpointConfig: { IPAMConfig: { IPv4Address: internet } },
  })
}

function portsToPublish(spec: ContainerSpec): number[] {
  return [...new Set([...Object.keys(spec.greetings).map(Number), ...(spec.publish ?? [])])]
}

async function publishedPorts(engine: Engine, container: Dockerode.Container): Promise<Map<number, number>> {
  if (engine.reach === 'direct') return new Map()
  const { NetworkSettings } = await container.inspect()
  return new Map(
    Object.entries(NetworkSettings.Ports).flatMap(([port, bindings]) => {
      const hostPort = bindings?.[0]?.HostPort
      return hostPort === undefined ? [] : [[Number.parseInt(port, 10), Number(hostPort)]]
    }),
  )
}

function describe(
  engine: Engine,
  spec: ContainerSpec,
  container: Dockerode.Container,
  logs: LogFollower,
  published: Map<number, number>,
): RunningContainer {
  let stopped: Promise<void> | undefined
  const address = (side: Side) => {
    const found = spec.addresses[side]
    if (found === undefined) {
      throw new EngineError(`${spec.name} does not stand on the rig's ${side}`, { code: 'NOT_ON_NETWORK' })
    }
    return found
  }
  const running: RunningContainer = {
    id: container.id,
    name: spec.name,
    address,
    endpoint(port, side = 'lan') {
      if (engine.reach === 'direct') return { host: address(side), port }
      const hostPort = published.get(port)
      if (hostPort === undefined) {
        throw new EngineError(`port ${port} of ${spec.name} is not published; published: ${[...published.keys()]}`, {
          code: 'PORT_NOT_PUBLISHED',
          remedy: 'Name it in `publish` when the container is started.',
        })
      }
      return { host: engine.publishedHost, port: hostPort }
    },
    exec: execIn(container, spec.name),
    write: (files) => writeFiles(container, files),
    read: (path) => readFiles(container, path),
    greeted: () => ready(spec, running),
    async whileFrozen(action) {
      await container.pause()
      try {
        return await action()
      } finally {
        await container.unpause()
      }
    },
    logs,
    exited: exitOf(container, logs),
    stop({ graceful = false } = {}) {
      stopped ??= (async () => {
        if (graceful) await container.stop({ t: 5 }).catch(() => undefined)
        await removeContainer(engine.docker, container.id)
        logs.close()
      })()
      return stopped
    },
  }
  return running
}

/** The engine's own wait is the event; the log's last lines may come a moment after it. */
async function exitOf(container: Dockerode.Container, logs: LogFollower): Promise<ContainerExit> {
  // A container already removed has no exit code to tell: it was killed, or the engine is gone.
  const result = await container.wait().catch(() => ({ StatusCode: 137 }))
  const at = Date.now()
  await Promise.race([logs.ended, pause(1_000, undefined, { ref: false })])
  return { exitCode: result.StatusCode, at }
}

async function ready(spec: ContainerSpec, running: RunningContainer): Promise<void> {
  const abort = new AbortController()
  const exit = running.exited.then((status) => {
    abort.abort()
    throw new ContainerExitError(
      running.name,
      status,
      running.logs.lines.slice(-30).map(({ text }) => text),
    )
  })
  // When the greetings win, the exit that comes much later concerns nobody here.
  exit.catch(() => undefined)
  const greetings = Promise.all(
    Object.entries(spec.greetings).map(([port, text]) =>
      awaitGreeting({
        ...running.endpoint(Number(port), 'lan'),
        text,
        timeoutMs: spec.readyTimeoutMs ?? 20_000,
        signal: abort.signal,
      }),
    ),
  )
  try {
    await Promise.race([exit, greetings.then(() => (abort.signal.aborted ? exit : undefined))])
  } finally {
    abort.abort()
  }
}

function notStarted(spec: ContainerSpec, cause: unknown): EngineError {
  return new EngineError(
    `${spec.name} did not start: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
    {
      code: 'CONTAINER_NOT_STARTED',
      remedy: 'Correct what the engine names; `mailrig clean` removes containers and networks that were left.',
      cause,
    },
  )
}
