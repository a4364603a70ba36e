import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Dockerode from 'dockerode'
import { InputError } from '../errors/mailrig-error.ts'

/** Where an engine may answer. */
export interface Endpoint {
  /** As in DOCKER_HOST. */
  url: string
  /** Named by the user, so no other one may be taken in its place. */
  named: boolean
}

type Environment = Record<string, string | undefined>

/** Where an engine at this endpoint is to publish ports: for this host alone where it is local, on all addresses elsewhere. */
export function publishAddress(endpoint: string): string {
  return localSocket(endpoint) === undefined ? '' : '127.0.0.1'
}

/**
 * The endpoints to try, best first: the order of testcontainers 12 (settings file, DOCKER_HOST, the default socket,
 * rootless sockets), so that what its modules start is on the same engine, and then Podman's sockets.
 */
export async function candidateEndpoints(env: Environment = process.env): Promise<Endpoint[]> {
  const named = env.DOCKER_HOST || (await endpointOfSettingsFile())
  if (named) return [{ url: named, named: true }]
  if (process.platform === 'win32') return [{ url: 'npipe:////./pipe/docker_engine', named: false }]
  return socketPaths(env, homedir(), process.getuid?.() ?? 0)
    .filter((path) => existsSync(path))
    .map((path) => ({ url: `unix://${path}`, named: false }))
}

/** Socket files by engine and flavour, best first. */
export function socketPaths(env: Environment, home: string, uid: number): string[] {
  const runtime = env.XDG_RUNTIME_DIR
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    `/run/user/${uid}/docker.sock`,
    '/run/podman/podman.sock',
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
  ]
}

/** `docker.host` of ~/.testcontainers.properties, which testcontainers obeys. */
async function endpointOfSettingsFile(): Promise<string | undefined> {
  const text = await readFile(join(homedir(), '.testcontainers.properties'), 'utf8').catch(() => '')
  return /^\s*docker\.host\s*[=:]\s*(\S+)/m.exec(text)?.[1]
}

/** The file of a local socket or named pipe; undefined for an engine reached by TCP or SSH. */
export function localSocket(url: string): string | undefined {
  return /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1]
}

/** The host of an engine reached by TCP or SSH. */
export function remoteHost(url: string): string | undefined {
  return localSocket(url) === undefined ? new URL(withScheme(url)).hostname : undefined
}

/**
 * An engine client for an endpoint. Certificates come from DOCKER_CERT_PATH, as everywhere.
 *
 * @throws {InputError} when the endpoint is no URL.
 * @internal
 */
export function dockerAt(url: string): Dockerode {
  const socketPath = localSocket(url)
  if (socketPath !== undefined) return new Dockerode({ socketPath })
  const address = URL.parse(withScheme(url))
  if (address === null || address.hostname === '') {
    throw new InputError(`the engine's address is not a URL: ${JSON.stringify(url)}`, {
      code: 'ENGINE_ADDRESS',
      remedy: 'Set DOCKER_HOST to something like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.',
    })
  }
  const { hostname: host, port, protocol, username } = address
  if (protocol === 'ssh:') return new Dockerode({ protocol: 'ssh', host, port: port || 22, username })
  const secure = process.env.DOCKER_TLS_VERIFY === '1' || port === '2376'
  return new Dockerode({ host, port: port || 2375, protocol: secure ? 'https' : 'http' })
}

function withScheme(url: string): string {
  return url.includes('://') ? url : `tcp://${url}`
}
