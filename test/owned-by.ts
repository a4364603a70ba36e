import type { Engine } from '../src/engine/engine.ts'
import { LABEL } from '../src/engine/labels.ts'

interface Owned {
  id: string
  name: string
}

/** What of a process is in the engine. */
export async function ownedBy(
  { docker }: Engine,
  pid: number | undefined,
): Promise<{ networks: Owned[]; containers: Owned[] }> {
  const filters = { label: [LABEL.owner] }
  const [networks, containers] = await Promise.all([
    docker.listNetworks({ filters }),
    docker.listContainers({ all: true, filters }),
  ])
  const isOwn = ({ Labels }: { Labels?: Record<string, string> | undefined }) =>
    Labels?.[LABEL.owner]?.startsWith(`${pid}:`)
  return {
    networks: networks.filter(isOwn).map(({ Id, Name }) => ({ id: Id, name: Name })),
    containers: containers.filter(isOwn).map(({ Id, Names }) => ({ id: Id, name: Names.join(' ') })),
  }
}
