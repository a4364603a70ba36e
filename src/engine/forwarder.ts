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

/** Its host number in both networks. Numbers below 10 are never a server's. */
export const FORWARDER_NUMBER = 2
const LAST_NUMBER = 9
const ANSWER_MS = 10_000

interface Listening {
  side: Side
  /** 0 for the first of its addresses there; at most 7. */
  index: number
  port: number
}

/**
 * A container that listens where this process may not: see docker/forward. It stands on both networks of a pair, and what
 * it carries on begins with a header that names the client.
 */
export interface Forwarder {
  /** Its address on a side; undefined where an index is too high to have one. */
  address(side: Side, index?: number): string | undefined
  /**
   * Carries what comes there to an address and port of this process, as the container sees it.
   *
   * @throws {EngineError} NOT_FORWARDED with the reason.
   */
  forward(protocol: 'tcp' | 'udp', from: Listening, to: { address: string; port: number }): Promise<void>
  remove(): Promise<void>
}

export interface ForwarderOptions {
  pair: NetworkPair
  run: Run
  /** Id of a container with address {@link FORWARDER_NUMBER} in both networks, whose network namespace this one shares. */
  joins?: string
}

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function startForwarder(engine: Engine, options: ForwarderOptions): Promise<Forwarder> {
  const { pair } = options
  const address: Forwarder['address'] = (side, index = 0) =>
    FORWARDER_NUMBER + index > LAST_NUMBER ? undefined : pair.address(FORWARDER_NUMBER + index, side)
  const container = await create(engine, options)
  const remove = () => removeContainer(engine.docker, container.id)
  try {
    const socket = await attach(engine.docker, container.id)
    const answers = linesOf(socket)
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
    return {
      address,
      remove,
      forward(protocol, { side, index, port }, to) {
        return order(`${protocol} ${address(side, index)} ${port} ${to.address} ${to.port}`)
      },
    }
  } catch (cause) {
    await remove()
    throw cause instanceof EngineError ? cause : notForwarded('the container did not start', messageOf(cause))
  }
}

async function create(engine: Engine, { pair, run, joins }: ForwarderOptions): Promise<Dockerode.Container> {
  const [image, program] = await Promise.all([
    anyImage(engine, 'the container that forwards ports'),
    readFile(join(DOCKER_FOLDER, 'forward', 'forward.pl'), 'utf8'),
  ])
  const { lan, internet } = pair.networks
  const placed = (side: Side) => ({ IPAMConfig: { IPv4Address: pair.address(FORWARDER_NUMBER, side) } })
  let container: Dockerode.Container | undefined
  try {
    container = await engine.docker.createContainer({
      name: `${lan.name}-forwarder`,
      Image: image,
      Labels: labelsOf(run),
      Entrypoint: ['perl', '-e', program],
      Cmd: [],
      OpenStdin: true,
      HostConfig: {
        NetworkMode: joins === undefined ? lan.name : `container:${joins}`,
        CapDrop: ['ALL'],
        // The second is for further addresses of its own.
        CapAdd: ['NET_BIND_SERVICE', 'NET_ADMIN'],
        LogConfig: { Type: 'none', Config: {} },
      },
      ...(joins === undefined ? { NetworkingConfig: { EndpointsConfig: { [lan.name]: placed('lan') } } } : {}),
    })
    if (joins === undefined) {
      // Engines before API 1.44 take one network when a container is created.
      const network = engine.docker.getNetwork(internet.id)
      await network.connect({ Container: container.id, EndpointConfig: placed('internet') })
    }
    return container
  } catch (cause) {
    if (container) await removeContainer(engine.docker, container.id)
    throw notForwarded('the container was not made', messageOf(cause))
  }
}

function linesOf(socket: NodeJS.ReadWriteStream): AsyncIterator<string> {
  const text = new PassThrough()
  socket.on(
    'data',
    frameReader((which, payload) => {
      if (which === 'stdout') text.write(payload)
    }),
  )
  for (const event of ['end', 'close', 'error']) socket.on(event, () => text.end())
  return createInterface({ input: text })[Symbol.asyncIterator]()
}

function notForwarded(what: string, reason: string): EngineError {
  return new EngineError(`ports of this process were not forwarded to containers: ${what}: ${reason.trim()}`, {
    code: 'NOT_FORWARDED',
    remedy: engineRemedy(reason),
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
