import { EngineError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import type { Side } from './side.ts'

/** What is needed of a container to know where its ports are. */
interface Standing {
  name: string
  /** IPv4 addresses. */
  addresses: Partial<Record<Side, string>>
  /** Container port → port of the host; empty where containers are reached by their addresses. */
  published: ReadonlyMap<number, number>
}

/** @throws {EngineError} when the container does not stand on that side. */
export function addressOn({ name, addresses }: Pick<Standing, 'name' | 'addresses'>, side: Side): string {
  const found = addresses[side]
  if (found === undefined) {
    throw new EngineError(`${name} does not stand on the rig's ${side}`, { code: 'NOT_ON_NETWORK' })
  }
  return found
}

/** Where this process reaches a port. @throws {EngineError} PORT_NOT_PUBLISHED */
export function endpointOf(engine: Engine, standing: Standing, port: number, side: Side) {
  if (engine.reach === 'direct') return { host: addressOn(standing, side), port }
  const { name, published } = standing
  const hostPort = published.get(port)
  if (hostPort === undefined) {
    throw new EngineError(`port ${port} of ${name} is not published; published: ${[...published.keys()]}`, {
      code: 'PORT_NOT_PUBLISHED',
      remedy: 'Name it in `publish` when the container is started.',
    })
  }
  return { host: engine.publishedHost, port: hostPort }
}
