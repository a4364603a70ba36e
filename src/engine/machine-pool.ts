import { bootServer, type RunningContainer, type ServerSpec } from './container.ts'
import type { Engine } from './engine.ts'
import { type Machine, type MachineSpec, startMachine } from './machine.ts'
import type { NetworkPair } from './networks.ts'

/** What decides whether a container can serve another rig: all that the engine fixes when it makes one. */
export type SeatSpec = Omit<
  MachineSpec,
  'name' | 'addresses' | 'pair' | 'labels' | 'capabilities' | 'publish' | 'volumes'
> & {
  /** Whether it stands on the internet side too. */
  internet: boolean
  /** Path → name of a volume. Its files are not the container's own, so such a container serves one rig. */
  volumes?: MachineSpec['volumes']
}

/** A place in the networks for one server, with a container there already or not yet. */
export interface Seat {
  /** Its host number in both networks. */
  number: number
  /** Boots a server here. To be called once. @throws as startContainer. */
  boot(spec: Omit<MachineSpec, 'pair'> & ServerSpec): Promise<RunningContainer>
  /** Gives the seat back, unless a server was booted: its `stop` does that. */
  release(): void
}

export interface MachinePool {
  take(spec: SeatSpec): Seat
  /** Removes every container that no server runs in. */
  close(): Promise<void>
}

interface Idle {
  key: string
  number: number
  machine: Machine
}

interface PoolOptions {
  pair: NetworkPair
  /** How many containers may wait for another server; 0: each server has a container of its own. */
  keep: number
}

/**
 * Containers that outlive their rigs. When a server stops, init.pl ends its processes and undoes what they did to the
 * files; the next server of the same kind boots there, which spares the engine about a second of work a container.
 * A container that cannot be made as it was is removed, and nobody is the wiser.
 */
export function createMachinePool(engine: Engine, { pair, keep }: PoolOptions): MachinePool {
  /** The one used last stands last. */
  const idle: Idle[] = []

  const discard = async ({ machine, number }: Idle) => {
    await machine.remove()
    pair.release(number)
  }

  const giveBack = async (entry: Idle) => {
    const { ended, spec } = entry.machine
    if (keep === 0 || ended || spec.volumes || !(await isClean(entry.machine))) return discard(entry)
    entry.machine.listener = { text: () => undefined, ended: () => undefined, closed: () => undefined }
    idle.push(entry)
    const oldest = idle.length > keep ? idle.shift() : undefined
    if (oldest) await discard(oldest)
  }

  const machineFor = async (found: Idle | undefined, number: number, wanted: Omit<MachineSpec, 'pair'>) => {
    if (found && serves(found.machine, wanted)) return found.machine
    try {
      await found?.machine.remove()
      return await startMachine(engine, { ...wanted, pair })
    } catch (error) {
      pair.release(number)
      throw error
    }
  }

  return {
    take(spec) {
      const key = JSON.stringify([spec.image, spec.hostname, spec.internet, spec.command, spec.volumes])
      const index = idle.findLastIndex((entry) => entry.key === key && !entry.machine.ended)
      const [found] = index < 0 ? [] : idle.splice(index, 1)
      const number = found?.number ?? pair.allocate()
      let free = true
      return {
        number,
        async boot(wanted) {
          free = false
          const machine = await machineFor(found, number, wanted)
          return bootServer(engine, machine, wanted, () => giveBack({ key, number, machine }))
        },
        release() {
          if (!free) return
          free = false
          if (found) idle.push(found)
          else pair.release(number)
        },
      }
    },
    async close() {
      await Promise.all(idle.splice(0).map(discard))
    },
  }
}

function serves({ spec }: Machine, wanted: Pick<MachineSpec, 'capabilities' | 'publish'>): boolean {
  const same = (a: readonly (string | number)[], b: readonly (string | number)[]) => [...a].join() === [...b].join()
  return same(spec.capabilities, wanted.capabilities) && same(spec.publish, wanted.publish)
}

/** Ends all processes and restores the files. False when that could not be done, or the container is gone. */
async function isClean(machine: Machine): Promise<boolean> {
  const { result } = machine.channel.request('reset', [])
  return result.then(
    ({ code }) => code === 0,
    () => false,
  )
}
