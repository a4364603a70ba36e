import type Dockerode from 'dockerode'
import { bounded } from './bounded.ts'
import type { Engine } from './engine.ts'
import { LABEL } from './labels.ts'
import { isGone, removeNetwork } from './networks.ts'
import { fateOf } from './owner.ts'

/** How many of each were removed. */
export interface Removed {
  containers: number
  networks: number
  volumes: number
  images: number
}

/**
 * Removes what processes of this host left that are gone. Kept rigs stay, and so does what belongs to another host.
 * When there is nothing, this costs three requests side by side. A network that the engine will not let go is left to
 * the next sweep: nothing that begins now needs it gone.
 */
export async function sweepDead(engine: Pick<Engine, 'docker'>): Promise<Removed> {
  const found = await findLabelled(engine.docker, LABEL.owner)
  return removeAllOf(engine.docker, {
    containers: found.containers.filter(({ labels }) => isAbandoned(labels)),
    networks: found.networks.filter(({ labels }) => isAbandoned(labels)),
    volumes: found.volumes.filter(({ labels }) => isAbandoned(labels)),
    keepNetworksInUse: true,
  })
}

/**
 * Removes the containers that workers of a run that goes on have left: vitest ends them with their project. Their networks
 * cost nothing, and wait for the end of the run: none is removed while others are made.
 */
export async function removeLeftByWorkers(engine: Pick<Engine, 'docker'>, runId: string): Promise<Removed> {
  const found = await findLabelled(engine.docker, `${LABEL.run}=${runId}`)
  const isLeft = ({ labels }: Found) => {
    const worker = labels[LABEL.worker]
    return worker !== undefined && fateOf(worker) === 'gone'
  }
  return removeAllOf(engine.docker, {
    containers: found.containers.filter(isLeft),
    networks: [],
    volumes: found.volumes.filter(isLeft),
  })
}

function isAbandoned(labels: Record<string, string>): boolean {
  const owner = labels[LABEL.owner]
  return owner !== undefined && labels[LABEL.keep] === undefined && fateOf(owner) === 'gone'
}

/** Removes everything a run made, kept rigs included. */
export async function removeRun(engine: Pick<Engine, 'docker'>, runId: string): Promise<Removed> {
  return removeAllOf(engine.docker, await findLabelled(engine.docker, `${LABEL.run}=${runId}`))
}

/** Removes everything mailrig made in this engine, by whomever, and with `images` its images as well. */
export async function removeAll(engine: Pick<Engine, 'docker'>, options: { images?: boolean } = {}): Promise<Removed> {
  const removed = await removeAllOf(engine.docker, await findLabelled(engine.docker, LABEL.run))
  return options.images ? { ...removed, images: await removeImages(engine.docker) } : removed
}

interface Found {
  id: string
  name: string
  labels: Record<string, string>
}

interface Resources {
  /**
   * Docker may hold on to the endpoint of a container whose creation was cut short, which no list shows: "has active
   * endpoints" (403), until the daemon starts anew.
   */
  keepNetworksInUse?: boolean
  containers: Found[]
  networks: Found[]
  volumes: Found[]
}

async function findLabelled(docker: Dockerode, label: string): Promise<Resources> {
  const filters = { label: [label] }
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters: JSON.stringify(filters) }),
  ])
  return {
    containers: containers.map(({ Id, Names, Labels }) => ({ id: Id, name: Names[0] ?? '', labels: Labels ?? {} })),
    networks: networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, labels: Labels ?? {} })),
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ id: Name, name: Name, labels: Labels ?? {} })),
  }
}

async function removeAllOf(docker: Dockerode, found: Resources): Promise<Removed> {
  await Promise.all(found.containers.map(({ id }) => removeContainer(docker, id)))
  const networks = found.networks.map(async ({ id }) => {
    try {
      await removeNetwork(docker, id)
      return true
    } catch (error) {
      if (found.keepNetworksInUse && isInUse(error)) return false
      throw error
    }
  })
  const [removed] = await Promise.all([
    Promise.all(networks),
    ...found.volumes.map(({ id }) => removeVolume(docker, id)),
  ])
  return {
    containers: found.containers.length,
    networks: removed.filter(Boolean).length,
    volumes: found.volumes.length,
    images: 0,
  }
}

/** Kills and removes a container with its anonymous volumes. One that is gone is no error; one that goes is waited for. */
export async function removeContainer(docker: Dockerode, id: string): Promise<void> {
  const container = docker.getContainer(id)
  const remove = () => container.remove({ force: true, v: true })
  try {
    await remove().catch((error: unknown) => {
      if (!hasJustEnded(error)) throw error
      return remove()
    })
  } catch (error) {
    unlessGone(error)
    // One that goes by itself holds its networks until it has gone.
    if (!isGone(error)) await bounded(container.wait({ condition: 'removed' }), 60_000, `${id} to go`).catch(unlessGone)
  }
}

/** Removes a volume, as soon as the containers that mount it, and are going already, have gone. */
export async function removeVolume(docker: Dockerode, name: string): Promise<void> {
  const volume = docker.getVolume(name)
  try {
    await volume.remove()
  } catch (error) {
    if (isGone(error)) return
    const mounting = await docker.listContainers({ all: true, filters: { volume: [name] } })
    await Promise.all(
      mounting.map(({ Id }) => docker.getContainer(Id).wait({ condition: 'removed' }).catch(unlessGone)),
    )
    await volume.remove().catch(unlessGone)
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && /has active endpoints/.test(error.message)
}

/** Podman wants to end a container that was running when it looked, and has ended by now, as when another removes it too. */
function hasJustEnded(error: unknown): boolean {
  return error instanceof Error && /sending SIGKILL to container .*: container state improper/.test(error.message)
}

function unlessGone(error: unknown): void {
  const inProgress = error instanceof Error && /removal of container .* is already in progress/.test(error.message)
  if (!isGone(error) && !inProgress) throw error
}

async function removeImages(docker: Dockerode): Promise<number> {
  const images = await docker.listImages({ filters: { reference: ['mailrig/*'] } })
  // An image goes after those made of it; the newest first is such an order.
  const tags = images.sort((a, b) => b.Created - a.Created).flatMap(({ RepoTags }) => RepoTags ?? [])
  for (const tag of tags) await docker.getImage(tag).remove({ force: true }).catch(unlessGone)
  return tags.length
}
