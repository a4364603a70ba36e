import { bootServer } from './container.ts'
import type { Engine } from './engine.ts'
import type { Entrance } from './entrance.ts'
import type { LogSource } from './host-plan.ts'
import type { InitRequest } from './init-channel.ts'
import { type Machine, type MachineSpec, startMachine } from './machine.ts'
import type { NetworkPair } from './networks.ts'
import { renewalKey, renews } from './renewal.ts'
import type { Resting } from './resting.ts'
import type { RunningHost } from './running-host.ts'
import type { ServerSpec } from './server-spec.ts'

/** What decides whether a container can serve another rig: all that the engine fixes when it makes one. */
export type SeatSpec = Omit<
  MachineSpec,
  'name' | 'addresses' | 'pair' | 'labels' | 'capabilities' | 'publish' | 'entrance' | 'volumes'
> & {
  /** Whether it stands on the internet side too. */
  internet: boolean
  /** Path → name of a volume. Its files are not the container's own, so such a container serves one rig. */
  volumes?: MachineSpec['volumes']
}

/** A host to boot in a seat. */
export type BootSpec = Omit<MachineSpec, 'pair' | 'capabilities'> &
  ServerSpec & {
    /** Absent: those that the engine gives by itself, which only a host that runs as its image says can have. */
    capabilities?: readonly string[]
    /** Where its log comes from, where it runs as its image says. */
    log?: readonly LogSource[]
  }

/** A place in the networks for one server, with a container there already or not yet. */
export interface Seat {
  /** Its host number in both networks. */
  number: number
  /** Boots a server here. To be called once. @throws as startContainer. */
  boot(spec: BootSpec): Promise<RunningHost>
  /** Gives the seat back, unless a server was booted: its `stop` does that. */
  release(): void
}

export interface MachinePool {
  take(spec: SeatSpec): Seat
  /** Image → processor seconds that its containers had taken when a server last ended in each; where that can be read. */
  cpu(): ReadonlyMap<string, number>
  /** Removes every container that no server runs in. */
  close(): Promise<void>
}

/**
 * A network namespace with its addresses. The container that was made first holds it; others, of other images, join it.
 * One server at a time boots there.
 */
interface SharedNamespace {
  number: number
  /** What all its containers share with the namespace. */
  hostname: string
  internet: boolean
  machines: Machine[]
  /** How many containers there have been; for their names. */
  made: number
}

interface PoolOptions {
  pair: NetworkPair
  /** By which its containers are reached, where that is not by their addresses. */
  entrance?: Entrance | undefined
  /** How many containers may wait for another server; 0: each server has a container of its own. */
  keep: number
}

/**
 * Containers that outlive their rigs. When a server stops, init.pl ends its processes and undoes what they did to the
 * files; the next server of the same kind boots there, which spares the engine about a second of work a container.
 * A server of another kind gets a container that joins the namespace of one that waits: that spares the engine half of it.
 * A container that cannot be made as it was is removed, and nobody is the wiser.
 *
 * A server that can go on with other data (its `renewal`) is not ended: it rests until the next rig of the same
 * configuration, or until another server wants the place.
 */
export function createMachinePool(engine: Engine, { pair, entrance, keep }: PoolOptions): MachinePool {
  /** Places where no server runs; the one used last stands last. */
  const idle: SharedNamespace[] = []
  /** Container → when a server last ended in it; a count. */
  const usedAt = new WeakMap<Machine, number>()
  let uses = 0
  const cpu = new Map<string, number>()
  /** Container → what of it is counted already. */
  const counted = new WeakMap<Machine, number>()

  const count = async (machine: Machine) => {
    const seconds = await cpuOf(machine)
    const { image } = machine.spec
    cpu.set(image, (cpu.get(image) ?? 0) + seconds - (counted.get(machine) ?? 0))
    counted.set(machine, seconds)
  }

  /** Removes one container, and all of its place where it is the one that holds the namespace. */
  const remove = async (place: SharedNamespace, machine: Machine | undefined) => {
    const index = machine ? place.machines.indexOf(machine) : -1
    if (index < 0) return
    const removed = place.machines.splice(index, index === 0 ? Number.POSITIVE_INFINITY : 1)
    await Promise.all(removed.map((one) => one.remove()))
  }

  const giveUp = async (place: SharedNamespace) => {
    await remove(place, place.machines[0])
    pair.release(place.number)
  }

  /** Nobody boots there any more: it waits for another server, or is no place where no container is left. */
  const putBack = (place: SharedNamespace) => {
    if (place.machines.length > 0) idle.push(place)
    else pair.release(place.number)
  }

  /** The container that has waited longest, where more wait than may. Not one whose namespace others share. */
  const longestWaiting = () => {
    const waiting = idle.flatMap((place) => place.machines.map((machine) => ({ place, machine })))
    if (waiting.length <= keep) return undefined
    return waiting
      .filter(({ place: { machines }, machine }) => machines.length === 1 || machine !== machines[0])
      .sort((a, b) => (usedAt.get(a.machine) ?? 0) - (usedAt.get(b.machine) ?? 0))[0]
  }

  const evict = async () => {
    for (let oldest = longestWaiting(); oldest; oldest = longestWaiting()) {
      const { place, machine } = oldest
      if (place.machines.length > 1) await remove(place, machine)
      else {
        idle.splice(idle.indexOf(place), 1)
        await giveUp(place)
      }
    }
  }

  const giveBack = async (place: SharedNamespace, machine: Machine, rests: Rests) => {
    const { ended, spec } = machine
    uses += 1
    usedAt.set(machine, uses)
    if (!ended) await count(machine)
    const [holder] = place.machines
    // The namespace with its cables is the holder's: all that share it would be off with it.
    const asBefore = await machine.restore().then(
      () => true,
      () => false,
    )
    if (holder?.ended || !asBefore) await remove(place, holder)
    else if (keep === 0 || ended || spec.volumes) await remove(place, machine)
    else {
      machine.resting = await rests()
      machine.listener = NOBODY
      if (!machine.resting && !(await isClean(machine))) await remove(place, machine)
    }
    putBack(place)
    await evict()
  }

  /** Ends what rests in a container; one that cannot be made as it was is removed. */
  const wake = async (place: SharedNamespace, machine: Machine) => {
    if (!machine.resting) return
    machine.resting = undefined
    if (!(await isClean(machine))) await remove(place, machine)
  }

  /** The request that booted the server which rests there, if it goes on as this one. */
  const goesOn = async (machine: Machine, { renewal, ...wanted }: ServerSpec): Promise<InitRequest | undefined> => {
    const { resting } = machine
    if (!renewal || resting?.key !== renewalKey({ renewal, ...wanted })) return undefined
    if (!(await renews(machine, wanted.files ?? [], renewal))) return undefined
    machine.resting = undefined
    return resting?.boot
  }

  const machineFor = async (
    place: SharedNamespace,
    found: Machine | undefined,
    wanted: Omit<MachineSpec, 'pair'> & ServerSpec,
  ) => {
    // One server at a time has the ports of the place.
    for (const other of place.machines.filter((machine) => machine !== found)) await wake(place, other)
    if (found && serves(found, wanted)) {
      const running = await goesOn(found, wanted)
      if (running) return { machine: found, running }
      await wake(place, found)
      if (place.machines.includes(found)) return { machine: found }
    }
    try {
      if (found) await remove(place, found)
      const [holder] = place.machines
      const joins = holder && !holder.ended && samePorts(holder, wanted) ? holder : undefined
      if (!joins) await remove(place, holder)
      const name = place.made === 0 ? wanted.name : `${wanted.name}-${place.made + 1}`
      place.made += 1
      const machine = await startMachine(engine, { ...wanted, name, pair, entrance, ...(joins ? { joins } : {}) })
      place.machines.push(machine)
      return { machine }
    } catch (error) {
      await giveUp(place)
      throw error
    }
  }

  /** A place where a server of this kind has been, else one that a container of it could join, else a new one. */
  const placeFor = (spec: SeatSpec): SharedNamespace => {
    const fits = (place: SharedNamespace) => place.hostname === spec.hostname && place.internet === spec.internet
    const used = idle.findLastIndex((place) => fits(place) && place.machines.some((machine) => isOf(machine, spec)))
    const index = used < 0 ? idle.findLastIndex(fits) : used
    const [found] = index < 0 ? [] : idle.splice(index, 1)
    const { hostname, internet } = spec
    return found ?? { number: pair.allocate(), hostname, internet, machines: [], made: 0 }
  }

  return {
    take(spec) {
      const place = placeFor(spec)
      const found = place.machines.find((machine) => isOf(machine, spec))
      let free = true
      return {
        number: place.number,
        async boot({ capabilities = [], ...spec }) {
          const wanted = { capabilities, ...spec }
          free = false
          const { machine, running } = await machineFor(place, found, wanted)
          return bootServer(machine, wanted, {
            running,
            finish: (rests) => giveBack(place, machine, rests),
          })
        },
        release() {
          if (!free) return
          free = false
          putBack(place)
        },
      }
    },
    cpu: () => cpu,
    async close() {
      await Promise.all(idle.splice(0).map(giveUp))
    },
  }
}

/** Has the server go on without a rig, where it can. */
type Rests = () => Promise<Resting | undefined>

const NOBODY = { text: () => undefined, ended: () => undefined, closed: () => undefined }

/** Whether a container is of this image and command, and free for any server of it. */
function isOf({ spec, ended }: Machine, { image, command, volumes }: SeatSpec): boolean {
  return !ended && !volumes && !spec.volumes && spec.image === image && `${spec.command}` === `${command}`
}

function serves(machine: Machine, wanted: Pick<MachineSpec, 'capabilities' | 'publish'>): boolean {
  return same(machine.spec.capabilities, wanted.capabilities) && samePorts(machine, wanted)
}

/** The ports that the host reaches are those of the namespace. */
function samePorts({ spec }: Machine, wanted: Pick<MachineSpec, 'publish'>): boolean {
  return same(spec.publish, wanted.publish)
}

function same(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return [...a].join() === [...b].join()
}

/** Ends all processes and restores the files. False when that could not be done, or the container is gone. */
async function isClean(machine: Machine): Promise<boolean> {
  const { result } = machine.channel.request('reset', [])
  return result.then(
    ({ code }) => code === 0,
    () => false,
  )
}

/** Processor seconds of a container; 0 where they cannot be read. */
async function cpuOf({ channel }: Machine): Promise<number> {
  return channel.request('cpu', []).result.then(
    ({ text }) => Number(text) / 1e6,
    () => 0,
  )
}
