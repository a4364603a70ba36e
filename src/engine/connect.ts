import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import { bounded } from './bounded.ts'
import { candidateEndpoints, dockerAt, type Endpoint, localSocket, remoteHost } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { registryProbe } from './image-registry.ts'
import { type Attempt, noEngineError } from './no-engine-error.ts'
import type { Progress } from './progress.ts'
import { provisionEngine, provisioningForbidden } from './provision.ts'
import { reachOf, reachOfPodman } from './reach.ts'

/** An engine that is alive answers its first request within some 50 ms; a loaded one gets this long. */
const FIRST_ANSWER_MS = 5_000

export interface ConnectOptions {
  /** Install and start an engine if there is none and mailrig can do it: see provision.ts. Default true. */
  provision?: boolean
  /** The address of the engine, as in DOCKER_HOST: this one and no other. Default: the one that DOCKER_HOST names, or the first. */
  at?: string | undefined
  progress: Progress
}

/**
 * Connects to the container engine: the one named by DOCKER_HOST, or else the first that answers.
 *
 * Sets DOCKER_HOST where the engine is not at the default socket, so that testcontainers finds the same one.
 *
 * @throws {EngineError} when none answers, with the command that gets one on this system.
 */
export async function connectEngine({ provision = true, at, progress }: ConnectOptions): Promise<Engine> {
  const attempts: Attempt[] = []
  const found = await firstAnswering(attempts, at)
  if (found) return found
  const reason = provision ? provisioningForbidden() : 'this command starts no engine'
  // An engine that hangs must not be started a second time beside itself.
  const silent = attempts.some(({ error }) => error instanceof EngineError && error.code === 'ENGINE_SILENT')
  if (reason !== undefined || silent || attempts.some(({ endpoint }) => endpoint.named)) {
    throw noEngineError(attempts, reason)
  }
  const url = await provisionEngine(progress, async () => (await firstAnswering([])) !== undefined)
  return open({ url, named: false })
}

async function firstAnswering(attempts: Attempt[], at?: string): Promise<Engine | undefined> {
  const candidates = at === undefined ? await candidateEndpoints() : [{ url: at, named: true }]
  for (const endpoint of candidates) {
    try {
      return await open(endpoint)
    } catch (error) {
      attempts.push({ endpoint, error })
    }
  }
  return undefined
}

async function open(endpoint: Endpoint): Promise<Engine> {
  const docker = dockerAt(endpoint.url)
  const networks = await firstAnswer(docker)
  const [version, info] = await bounded(
    Promise.all([docker.version(), docker.info()]),
    FIRST_ANSWER_MS,
    'its version and description',
  )
  tellTestcontainers(endpoint.url)
  const components: { Name: string }[] = version.Components ?? []
  const podman = components.some(({ Name }) => Name.startsWith('Podman'))
  return {
    docker,
    name: podman ? 'podman' : 'docker',
    version: version.Version,
    apiVersion: version.ApiVersion,
    endpoint: endpoint.url,
    reach: podman ? reachOfPodman() : reachOf(endpoint.url, info, networks),
    publishedHost: remoteHost(endpoint.url) ?? '127.0.0.1',
    registryAnswers: registryProbe(docker),
  }
}

/** The first request is one that can be aborted, so that a socket nobody serves leaves nothing behind. */
async function firstAnswer(docker: Dockerode): Promise<Dockerode.NetworkInspectInfo[]> {
  const abort = new AbortController()
  const answer = docker.listNetworks({ filters: { driver: ['bridge'] }, abortSignal: abort.signal })
  try {
    return await bounded(answer, FIRST_ANSWER_MS, 'its list of networks')
  } catch (error) {
    abort.abort()
    // The aborted request rejects as well, after the bound has already told.
    await answer.catch(() => undefined)
    throw error
  }
}

function tellTestcontainers(url: string): void {
  const socket = localSocket(url)
  // Without it testcontainers may pull an image to find out, and mix up IPv4 and IPv6 ports of `localhost`.
  if (socket !== undefined) process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1'
  if (socket !== '/var/run/docker.sock') process.env.DOCKER_HOST ??= url
}
