import type Dockerode from 'dockerode'

/** Container port → port of the host, of a container that was started. */
export async function publishedPorts(container: Dockerode.Container): Promise<Map<number, number>> {
  const { NetworkSettings } = await container.inspect()
  return new Map(
    Object.entries(NetworkSettings.Ports).flatMap(([port, bindings]) => {
      const hostPort = bindings?.[0]?.HostPort
      return hostPort === undefined ? [] : [[Number.parseInt(port, 10), Number(hostPort)]]
    }),
  )
}
