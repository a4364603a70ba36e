import type Dockerode from 'dockerode'

/**
 * How host and containers reach each other: `direct` by their addresses, as on a local Linux engine; `exposed`
 * through one published port of a container of the rig, both ways (Docker Desktop, Podman, rootless and remote engines).
 */
export type Reach = 'direct' | 'exposed'

/** A container engine that answered. */
export interface Engine {
  /** @internal */
  docker: Dockerode
  name: 'docker' | 'podman'
  /** The engine's own version, e.g. `20.10.24`. */
  version: string
  /** Engine API version, e.g. `1.41`. */
  apiVersion: string
  /** Where it answers, as DOCKER_HOST has it: `unix:///var/run/docker.sock`, `tcp://host:2376`. */
  endpoint: string
  reach: Reach
  /** The host under which published ports are found. */
  publishedHost: string
  /** Asks, once, whether the engine gets an answer from its image registry. */
  registryAnswers: () => Promise<boolean>
}
