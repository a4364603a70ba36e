import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import { anyImage } from './any-image.ts'
import { attach } from './attach.ts'
import { bounded } from './bounded.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import { frameReader } from './frames.ts'
import { labelsOf, type Run } from './labels.ts'
import type { NetworkPair } from './networks.ts'
import type { Side } from './side.ts'
import { removeContainer } from './sweep.ts'

const ANSWER_MS = 10_000

export interface ForwardContainerSpec {
  /** What its name ends with. */
  name: string
  pair: NetworkPair
  run: Run
  /** Its host number in both networks. */
  number: number
  capabilities: readonly string[]
  /** A port that the engine is to publish, and on which address of the host; '' for all. */
  publish?: { port: number; hostAddress: string }
  /** Told of each connection that is to be fetched. */
  onFetch?: (fetch: Fetch) => void
}

/** A connection that waits in the container; for UDP, one that carries all datagrams. */
export interface Fetch {
  protocol: 'tcp' | 'udp'
  client: { address: string; port: number }
  /** Where it came to. */
  server: { address: string; port: number }
}

/** A container that runs docker/forward. */
export interface ForwardContainer {
  /** @internal */
  container: Dockerode.Container
  /**
   * Has it obey an order; see docker/forward.
   *
   * @throws {EngineError} NOT_FORWARDED with the reason.
   */
  order(line: string): Promise<void>
  remove(): Promise<void>
}

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function startForwardContainer(engine: Engine, spec: ForwardContainerSpec): Promise<ForwardContainer> {
  const container = await create(engine, spec)
  const remove = () => removeContainer(engine.docker, container.id)
  try {
    const socket = await attach(engine.docker, container.id)
    const answers = answersOf(socket, spec.onFetch)
    await container.start()
    let before: Promise<unknown> = Promise.resolve()
    const order = (line: string) => {
      // One order after the other, so that each answer is its own.
      const answered = before.then(async () => {
        socket.write(`${line}\n`)
        const { value } = await bounded(answers.next(), ANSWER_MS, 'an answer of the forwarder')
        if (value !== 'ok') throw notForwarded(line, value ?? 'the container has ended')
      })
      before = answered.catch(() => undefined)
      return answered
    }
    return { container, order, remove }
  } catch (cause) {
    await remove()
    throw cause instanceof EngineError ? cause : notForwarded('the container did not start', messageOf(cause))
  }
}

async function create(engine: Engine, spec: ForwardContainerSpec): Promise<Dockerode.Container> {
  const { pair, number, publish } = spec
  const [image, program] = await Promise.all([
    anyImage(engine, 'the container that forwards ports'),
    readFile(join(DOCKER_FOLDER, 'forward', 'forward.pl'), 'utf8'),
  ])
  const { lan, internet } = pair.networks
  const placed = (side: Side) => ({ IPAMConfig: { IPv4Address: pair.address(number, side) } })
  let container: Dockerode.Container | undefined
  try {
    container = await engine.docker.createContainer({
      name: `${lan.name}-${spec.name}`,
      Image: image,
      Labels: labelsOf(spec.run),
      Entrypoint: ['perl', '-e', program],
      Cmd: [],
      OpenStdin: true,
      ...(publish ? { ExposedPorts: { [`${publish.port}/tcp`]: {} } } : {}),
      HostConfig: {
        NetworkMode: lan.name,
        CapDrop: ['ALL'],
        CapAdd: [...spec.capabilities],
        LogConfig: { Type: 'none', Config: {} },
        ...(publish
          ? { PortBindings: { [`${publish.port}/tcp`]: [{ HostIp: publish.hostAddress, HostPort: '' }] } }
          : {}),
      },
      NetworkingConfig: { EndpointsConfig: { [lan.name]: placed('lan') } },
    })
    // Engines before API 1.44 take one network when a container is created.
    const network = engine.docker.getNetwork(internet.id)
    await network.connect({ Container: container.id, EndpointConfig: placed('internet') })
    return container
  } catch (cause) {
    if (container) await removeContainer(engine.docker, container.id)
    throw notForwarded('the container was not made', messageOf(cause))
  }
}

/** Tells of each connection to be fetched as it comes, and gives the other lines as the answers that they are. */
function answersOf(socket: NodeJS.ReadWriteStream, onFetch: ForwardContainerSpec['onFetch']): AsyncIterator<string> {
  const [text, answers] = [new PassThrough(), new PassThrough()]
  socket.on(
    'data',
    frameReader((which, payload) => {
      if (which === 'stdout') text.write(payload)
    }),
  )
  for (const event of ['end', 'close', 'error']) socket.on(event, () => text.end())
  createInterface({ input: text })
    .on('line', (line) => {
      const fetch = readFetch(line)
      if (fetch) onFetch?.(fetch)
      else answers.write(`${line}\n`)
    })
    .on('close', () => answers.end())
  return createInterface({ input: answers })[Symbol.asyncIterator]()
}

function readFetch(line: string): Fetch | undefined {
  const [word, protocol, client = '', from, server = '', to] = line.split(' ')
  if (word !== 'fetch' || (protocol !== 'tcp' && protocol !== 'udp')) return undefined
  return {
    protocol,
    client: { address: client, port: Number(from) },
    server: { address: server, port: Number(to) },
  }
}

function notForwarded(what: string, reason: string): EngineError {
  return new EngineError(`ports were not forwarded between this process and containers: ${what}: ${reason.trim()}`, {
    code: 'NOT_FORWARDED',
    remedy: engineRemedy(reason),
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
