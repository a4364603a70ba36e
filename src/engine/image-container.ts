import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import { publishAddress } from './endpoint.ts'
import type { Engine } from './engine.ts'
import type { Entrance } from './entrance.ts'
import { engineHealthcheck, type Healthcheck } from './healthcheck.ts'
import type { HostPlan } from './host-plan.ts'
import { LABEL } from './labels.ts'
import type { NetworkPair } from './networks.ts'
import { isGone, standingAt } from './networks.ts'
import { hostConfigOf, type RunSettings } from './run-settings.ts'

/** A host that runs as its image says, in its place. */
export interface ImageHostSpec extends Omit<HostPlan, 'firstProcess'> {
  hostname: string
  pair: Pick<NetworkPair, 'networks'>
  addresses: { lan: string; internet?: string }
  labels: Record<string, string>
  /** The rig's resolver. */
  dns: string
  /** By which its ports are reached, where containers are not reached by their addresses; else the engine publishes them. */
  entrance?: Entrance | undefined
  /** Further names by which other containers of the rig's lan find it. */
  aliases?: readonly string[]
  /** Path → options of mount(8): kept in memory. */
  tmpfs?: Readonly<Record<string, string>>
  /** Volumes of `volumes`, by their paths, that begin empty, whatever the image has there. */
  emptyVolumes?: ReadonlySet<string>
  settings?: RunSettings
  /** In place of its image's. */
  healthcheck?: Healthcheck
  /** Path in the host → path on the engine's machine. */
  binds?: Readonly<Record<string, string>>
}

/** Makes the container, on its networks; it is not started. @throws {EngineError} IMAGE_ABSENT; what the engine says */
export async function createImageContainer(engine: Engine, spec: ImageHostSpec): Promise<Dockerode.Container> {
  const lan = spec.pair.networks.lan.name
  const published = engine.reach === 'exposed' && !spec.entrance ? spec.publish : []
  const HostIp = publishAddress(engine.endpoint)
  const kept = spec.labels[LABEL.keep] !== undefined
  try {
    const container = await engine.docker.createContainer({
      name: spec.name,
      Image: spec.image,
      Hostname: spec.hostname,
      Labels: spec.labels,
      ...(spec.healthcheck ? { Healthcheck: engineHealthcheck(spec.healthcheck) } : {}),
      ...(spec.settings?.workingDir === undefined ? {} : { WorkingDir: spec.settings.workingDir }),
      ...(spec.command ? { Cmd: [...spec.command] } : {}),
      ...(spec.user === undefined ? {} : { User: spec.user }),
      ...(spec.entrypoint ? { Entrypoint: [...spec.entrypoint] } : {}),
      Env: Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`),
      ExposedPorts: Object.fromEntries(published.map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        NetworkMode: lan,
        // The engine writes resolv.conf, or asks there what its own resolver does not know.
        Dns: [spec.dns],
        ...(spec.capabilities ? { CapDrop: ['ALL'], CapAdd: [...spec.capabilities] } : {}),
        ...(spec.settings ? hostConfigOf(spec.settings) : {}),
        ...(spec.tmpfs ? { Tmpfs: { ...spec.tmpfs } } : {}),
        Mounts: [
          ...Object.entries(spec.volumes ?? {}).map(([Target, Source]) => ({
            Type: 'volume' as const,
            Source,
            Target,
            VolumeOptions: {
              Labels: spec.labels,
              NoCopy: spec.emptyVolumes?.has(Target) ?? false,
              DriverConfig: { Name: 'local', Options: {} },
            },
          })),
          ...Object.entries(spec.binds ?? {}).map(([Target, Source]) => ({ Type: 'bind' as const, Source, Target })),
        ],
        PortBindings: Object.fromEntries(published.map((port) => [`${port}/tcp`, [{ HostIp, HostPort: '' }]])),
        ...(kept ? {} : { LogConfig: { Type: 'none', Config: {} } }),
      },
      NetworkingConfig: {
        EndpointsConfig: {
          [lan]: {
            IPAMConfig: standingAt(spec.pair.networks.lan, spec.addresses.lan),
            ...(spec.aliases ? { Aliases: [...spec.aliases] } : {}),
          },
        },
      },
    })
    if (spec.addresses.internet !== undefined) {
      // Engines before API 1.44 take one network when a container is created.
      await engine.docker.getNetwork(spec.pair.networks.internet.id).connect({
        Container: container.id,
        EndpointConfig: { IPAMConfig: standingAt(spec.pair.networks.internet, spec.addresses.internet) },
      })
    }
    return container
  } catch (cause) {
    if (!isGone(cause)) throw cause
    throw new EngineError(`there is no image ${spec.image} for ${spec.name}`, {
      code: 'IMAGE_ABSENT',
      remedy: 'Build it, or fetch it: `docker pull`, or `docker load`. Its name needs the tag, e.g. mail:1.2.',
      cause,
    })
  }
}
