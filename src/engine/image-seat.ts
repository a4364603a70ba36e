import type { Engine } from './engine.ts'
import type { Entrance } from './entrance.ts'
import { startImageHost } from './image-host.ts'
import type { Seat } from './machine-pool.ts'
import type { NetworkPair } from './networks.ts'

interface Options {
  pair: NetworkPair
  dns: string
  entrance?: Entrance | undefined
  labels: Record<string, string>
}

/** A place in the networks for a host that runs as its image says. Its container serves one rig. */
export function imageSeat(engine: Engine, { pair, dns, entrance, labels }: Options): Seat {
  const number = pair.allocate()
  let free = false
  const release = () => {
    if (free) return
    free = true
    pair.release(number)
  }
  return {
    number,
    async boot(spec) {
      const running = await startImageHost(engine, { ...spec, files: spec.files ?? [], labels, pair, dns, entrance })
      return {
        ...running,
        stop: () => running.stop().finally(release),
      }
    },
    release,
  }
}
