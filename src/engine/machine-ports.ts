import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import type { Door } from './door.ts'
import type { Engine } from './engine.ts'
import type { Entrance } from './entrance.ts'
import { publishedPorts } from './published-ports.ts'
import type { Side } from './side.ts'

/** How this process reaches the ports of a container. */
export interface MachinePorts {
  /** @throws {EngineError} when the container does not stand on that side, or the port is not to be reached. */
  endpoint(port: number, side: Side): { host: string; port: number }
  close(): void
}

interface Wanted {
  /** The container's, for messages. */
  name: string
  addresses: { lan: string; internet?: string }
  /** Ports the host must reach. */
  publish: readonly number[]
  entrance?: Entrance | undefined
}

/**
 * To be called when the container runs: its ports are not published before.
 *
 * @internal
 */
export async function reachPorts(
  engine: Engine,
  container: Dockerode.Container,
  wanted: Wanted,
): Promise<MachinePorts> {
  if (engine.reach === 'direct') {
    return { endpoint: (port, side) => ({ host: addressOf(wanted, side), port }), close: () => undefined }
  }
  return wanted.entrance ? byDoors(wanted.entrance, wanted) : byPublishedPorts(engine, container, wanted)
}

async function byDoors(entrance: Entrance, wanted: Wanted): Promise<MachinePorts> {
  const sides = (['lan', 'internet'] as const).filter((side) => wanted.addresses[side] !== undefined)
  const doors = new Map<string, Door>()
  const opened = sides.flatMap((side) =>
    wanted.publish.map(async (port) => {
      doors.set(`${side} ${port}`, await entrance.door(side, { address: addressOf(wanted, side), port }))
    }),
  )
  await Promise.all(opened)
  return {
    endpoint(port, side) {
      addressOf(wanted, side)
      const door = doors.get(`${side} ${port}`)
      if (door === undefined) throw notPublished(port, wanted)
      return { host: door.host, port: door.port }
    },
    close() {
      for (const door of doors.values()) door.close()
    },
  }
}

async function byPublishedPorts(engine: Engine, container: Dockerode.Container, wanted: Wanted): Promise<MachinePorts> {
  const published = await publishedPorts(container)
  return {
    endpoint(port) {
      const hostPort = published.get(port)
      if (hostPort === undefined) throw notPublished(port, wanted)
      return { host: engine.publishedHost, port: hostPort }
    },
    close: () => undefined,
  }
}

/** @throws {EngineError} when the container does not stand on that side. */
export function addressOf({ name, addresses }: Pick<Wanted, 'name' | 'addresses'>, side: Side): string {
  const found = addresses[side]
  if (found === undefined) {
    throw new EngineError(`${name} does not stand on the rig's ${side}`, { code: 'NOT_ON_NETWORK' })
  }
  return found
}

function notPublished(port: number, { name, publish }: Wanted): EngineError {
  return new EngineError(`port ${port} of ${name} is not published; published: ${publish.join(', ')}`, {
    code: 'PORT_NOT_PUBLISHED',
    remedy: 'Name it in `publish` when the container is started.',
  })
}
