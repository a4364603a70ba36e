import { EngineError } from '../errors/mailrig-error.ts'
import { isPresent } from './base-image.ts'
import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import { FORWARDER_NUMBER } from './forwarder.ts'
import { ensureImages, type ImageName, imageTag } from './images.ts'
import type { NetworkPair } from './networks.ts'
import type { Progress } from './progress.ts'
import { configureReaper } from './reaper-image.ts'
import { removeContainer } from './sweep.ts'

/** The forwarder of testcontainers 12.2 (`SSHD_IMAGE` there). */
export const FORWARDER_IMAGE = 'testcontainers/sshd:1.4.0'

/** mailrig's own, made on this release; which one makes no difference to the mail. */
const OWN_FORWARDER = { server: 'sshd', release: 'bookworm' }

export interface ExposeRequest {
  pair: NetworkPair
  /** TCP ports on which this process listens on 127.0.0.1. */
  ports: readonly number[]
  progress: Progress
}

const exposed = new Set<number>()

/**
 * Makes ports of this process reachable in a container, under the same numbers on 127.0.0.1, by testcontainers' port
 * forwarding: an SSH server there, with a tunnel back. For engines that are elsewhere; the connections come here from
 * 127.0.0.1. The container stays for as long as the process, and goes with the pair's run.
 *
 * @returns the container's id. It has the forwarder's number in both networks of the pair.
 * @throws {EngineError} PORTS_NOT_EXPOSED.
 */
export async function exposeToContainers(engine: Engine, request: ExposeRequest): Promise<string> {
  // Both are read once by testcontainers, the first of them when it is loaded: before the import below.
  await Promise.all([chooseForwarder(engine, request.progress), configureReaper(engine)])
  const { TestContainers, getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } = await import(
    'testcontainers'
  )
  const ports = request.ports.filter((port) => !exposed.has(port))
  const sessionOf = async () => (await getReaper(await getContainerRuntimeClient())).sessionId
  const forwarders = async (all: boolean) => {
    const session = `${LABEL_TESTCONTAINERS_SESSION_ID}=${await sessionOf()}`
    return engine.docker.listContainers({ all, filters: { label: ['org.testcontainers.sshd=true', session] } })
  }
  try {
    if (ports.length > 0) await TestContainers.exposeHostPorts(...ports)
    for (const port of ports) exposed.add(port)
    const [forwarder] = await forwarders(false)
    if (forwarder === undefined) throw new Error('its container is not there')
    await connect(engine, request.pair, forwarder.Id)
    return forwarder.Id
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause)
    // testcontainers leaves one that it could not start, and no network tells yet whose it is.
    const left = (await forwarders(true).catch(() => [])).filter(({ State }) => State !== 'running')
    await Promise.all(left.map(({ Id }) => removeContainer(engine.docker, Id)))
    throw new EngineError(`ports ${request.ports.join(', ')} were not exposed to containers: ${reason}`, {
      code: 'PORTS_NOT_EXPOSED',
      remedy: remedyFor(cause),
      cause,
    })
  }
}

/** testcontainers has its locks as files in the temporary directory, one for all users of the host. */
function remedyFor(cause: unknown): string {
  const { code, path } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' && path !== undefined) {
    return `Another user of this host owns ${path}: set TMPDIR to a directory of your own.`
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (/HTTP code/.test(reason)) return engineRemedy(reason)
  return 'See whether a published port of a container can be reached at TESTCONTAINERS_HOST_OVERRIDE.'
}

/**
 * The images that {@link exposeToContainers} needs and mailrig builds: none where containers are reached directly, or
 * where testcontainers' own forwarder is there.
 */
export async function forwarderImages(engine: Engine): Promise<ImageName[]> {
  if (engine.reach === 'direct' || process.env.SSHD_CONTAINER_IMAGE !== undefined) return []
  return (await isPresent(engine, FORWARDER_IMAGE)) ? [] : [OWN_FORWARDER]
}

async function chooseForwarder(engine: Engine, progress: Progress): Promise<void> {
  const images = await forwarderImages(engine)
  if (images.length === 0) return
  await ensureImages(engine, images, progress)
  process.env.SSHD_CONTAINER_IMAGE = await imageTag(OWN_FORWARDER.server, OWN_FORWARDER.release)
}

const connected = new WeakMap<NetworkPair, Promise<unknown>>()

function connect(engine: Engine, pair: NetworkPair, container: string): Promise<unknown> {
  let done = connected.get(pair)
  if (done === undefined) {
    done = Promise.all(
      (['lan', 'internet'] as const).map((side) =>
        engine.docker.getNetwork(pair.networks[side].id).connect({
          Container: container,
          EndpointConfig: { IPAMConfig: { IPv4Address: pair.address(FORWARDER_NUMBER, side) } },
        }),
      ),
    )
    connected.set(pair, done)
  }
  return done
}
