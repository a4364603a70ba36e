import { RIG_NAMES } from '../dns/zone.ts'
import { imageTag } from '../engine/images.ts'
import type { Seat } from '../engine/machine-pool.ts'
import { removeVolume } from '../engine/sweep.ts'
import type { Release } from '../servers/release.ts'
import type { Topology } from '../topology/topology.ts'
import { type HostNumbers, needsDatabase, needsStore } from './addresses.ts'
import { sharedSpool } from './shared-spool.ts'
import type { UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

/** Where a server boots: its place in the networks, and what the container there is made of. */
export interface ServerPlace {
  seat: Seat
  image: string
  /** The kernel's name of the container. */
  hostname: string
}

export interface Places {
  mta: ServerPlace
  /** Absent where the topology needs no store. */
  store?: ServerPlace
  numbers: HostNumbers
  /** Path → volume that MTA and store share. */
  volumes: Record<string, string>
}

/**
 * The kernel's name of a container that serves rigs with hosts of several names. Servers are told theirs by their
 * configuration; where one asks the kernel first, /etc/hosts leads from this name to the right one.
 */
const RECYCLED_HOST = 'mta.rig.test'

interface Wanted {
  topology: Topology
  release: Release
  /** Names of the images. */
  mta: string
  store: string
}

/** Takes a place in the networks for each server of a topology. Nothing starts yet. */
export async function takePlaces(world: World, wanted: Wanted, undo: UndoStack): Promise<Places> {
  const { topology, release } = wanted
  const [mtaImage, storeImage] = await Promise.all([imageTag(wanted.mta, release), imageTag(wanted.store, release)])
  const spool = sharedSpool(world.run, topology)
  const { volumes = {} } = spool
  undo.push('the volumes', async () => {
    for (const name of Object.values(volumes)) await removeVolume(world.engine.docker, name)
  })
  const take = (image: string, hostname: string, internet: boolean): ServerPlace => {
    const seat = world.machines.take({ ...spool, image, hostname, internet })
    undo.push(`the place of ${image}`, () => seat.release())
    return { seat, image, hostname }
  }
  const mta = take(mtaImage, world.run.keep === undefined ? RECYCLED_HOST : topology.host, true)
  const store = needsStore(topology) ? take(storeImage, RIG_NAMES.store, false) : undefined
  const database = needsDatabase(topology) ? world.pair.allocate() : undefined
  if (database !== undefined) undo.push('the place of the database', () => world.pair.release(database))
  const numbers = { mta: mta.seat.number, store: store?.seat.number, database }
  return { mta, ...(store ? { store } : {}), numbers, volumes }
}
