import type Dockerode from 'dockerode'
import type { Engine } from './engine.ts'

/** Container port → port of the host, of a container that was started; empty where containers are reached by address. */
export async function publishedPorts(engine: Engine, container: Dockerode.Container): Promise<Map<number, number>> {
  if (engine.reach === 'direct') return new Map()
  const { NetworkSettings } = await container.inspect()
  return new Map(
    Object.entries(NetworkSettings.Ports).flatMap(([port, bindings]) => {
      const hostPort = bindings?.[0]?.HostPort
      return hostPort === undefined ? [] : [[Number.parseInt(port, 10), Number(hostPort)]]
    }),
  )
}
