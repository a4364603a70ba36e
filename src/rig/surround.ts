import { randomBytes } from 'node:crypto'
import { type Disk, makeDisks } from '../engine/disks.ts'
import { imageSeat } from '../engine/image-seat.ts'
import { labelsOf } from '../engine/labels.ts'
import type { Seat } from '../engine/machine-pool.ts'
import { ipv6Of } from '../engine/networks.ts'
import type { Side } from '../engine/side.ts'
import { removeVolume } from '../engine/sweep.ts'
import type { DisksWanted, HostOutline, HostPlace, Role, Surroundings } from '../surroundings/surroundings.ts'
import type { Topology } from '../topology/topology.ts'
import { addressesOf, layOutClients, layOutUpstreams } from './addresses.ts'
import { keyOf } from './dkim-keys.ts'
import { layOutFilters } from './filter-addresses.ts'
import type { ClientAddress } from './host-side.ts'
import type { UndoStack } from './undo-stack.ts'
import type { World } from './world.ts'

/** The surroundings of one rig, with where the engine boots each host that has a place there. */
export interface RigSurroundings extends Surroundings {
  seatOf(place: HostPlace): Seat
  /** Makes the disks that were named so far; to be called once, before the hosts start. @throws {UnsupportedError} */
  makeDisks(): Promise<ReadonlyMap<Role, Disk>>
  /** How this process connects from the topology's clients. */
  clientAddresses: Readonly<Record<string, ClientAddress>>
}

/** Makes what stands around the hosts of a rig. Nothing starts; each thing taken is given back by `undo`. */
export async function surround(
  world: World,
  topology: Topology,
  { undo, disksWanted }: { undo: UndoStack; disksWanted?: DisksWanted | undefined },
): Promise<RigSurroundings> {
  const { engine, pair, run } = world
  const upstreams = await layOutUpstreams(world, topology)
  const clientAddresses = await layOutClients(world, topology)
  const filters = await layOutFilters(world, topology)
  const seats = new Map<HostPlace, Seat>()
  const volumes: string[] = []
  const disks = new Map<Role, string>()
  undo.push('the volumes', async () => {
    for (const name of volumes) await removeVolume(engine.docker, name)
  })

  const ipv6Place = (number: number, internet: boolean): Pick<HostPlace, 'ipv6'> => {
    const address = (side: Side) => ipv6Of(pair.networks[side], pair.address(number, side))
    return address('lan') === undefined ? {} : { ipv6: placeIn((side) => address(side) ?? '', internet) }
  }
  const place = (outline: HostOutline): HostPlace => {
    const { firstProcess, image, internet } = outline
    const seat =
      firstProcess === 'init'
        ? world.machines.take(outline)
        : imageSeat(engine, { pair, dns: world.dns, entrance: world.entrance, labels: labelsOf(run) })
    undo.push(`the place of ${image}`, () => seat.release())
    const standing = {
      ...placeIn((side) => pair.address(seat.number, side), internet),
      ...ipv6Place(seat.number, internet),
    }
    seats.set(standing, seat)
    return standing
  }

  const nameOf = (what: string) => `mailrig-${run.id}-${randomBytes(4).toString('hex')}-${what}`
  // A rig that is kept is used by clients that may know it by address alone, and that of a way in.
  const published = engine.reach === 'exposed' ? ['127.0.0.1'] : []
  const { lan, internet } = pair.networks
  return {
    networks: {
      lan: { subnet: lan.subnet, gateway: lan.gateway },
      internet: { subnet: internet.subnet, gateway: internet.gateway },
    },
    ...(lan.ipv6 && internet.ipv6 ? { ipv6Networks: { lan: lan.ipv6, internet: internet.ipv6 } } : {}),
    dns: world.dns,
    upstreams,
    ...(filters ? { filters } : {}),
    clients: addressesOf(clientAddresses),
    clientAddresses,
    smtpPort: upstreams.upstream?.port ?? 25,
    authority: world.authority.certificate,
    kept: run.keep !== undefined,
    certificate: (host, addresses) =>
      world.certificates.of(host, run.keep === undefined ? undefined : [...addresses, ...published]),
    signingKey: (domain) => keyOf(topology, domain).privateKey,
    place,
    address(what) {
      const number = pair.allocate()
      undo.push(`the place of ${what}`, () => pair.release(number))
      return pair.address(number, 'lan')
    },
    volume(what) {
      const name = nameOf(what)
      volumes.push(name)
      return name
    },
    disksWanted,
    disk(of) {
      const name = disks.get(of) ?? nameOf(`disk-of-${of}`)
      disks.set(of, name)
      return name
    },
    async makeDisks() {
      if (disks.size === 0 || !disksWanted) return new Map()
      const { mebibytes, sync } = disksWanted
      const wishes = [...disks.values()].map((volume) => ({ volume, mebibytes, writesLate: sync === 'ignored' }))
      const made = await makeDisks(engine, run, wishes)
      undo.push('the disks', () => made.remove())
      return new Map([...disks.keys()].map((role, index) => [role, made.disks[index] as Disk]))
    },
    seatOf(standing) {
      const seat = seats.get(standing)
      if (!seat) throw new Error('a host stands in a place that its surroundings gave it')
      return seat
    },
  }
}

function placeIn(address: (side: Side) => string, internet: boolean): HostPlace {
  return { lan: address('lan'), ...(internet ? { internet: address('internet') } : {}) }
}
