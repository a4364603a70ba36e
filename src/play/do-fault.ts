import { cutOff, type Pulled, reconnect } from '../faults/cut-off.ts'
import { fillDisk, freeDisk } from '../faults/fill-disk.ts'
import { kill } from '../faults/kill.ts'
import { type Limited, limit, unlimit } from '../faults/limit.ts'
import { powerCut } from '../faults/power-cut.ts'
import { slowLine } from '../faults/slow-line.ts'
import { timePasses } from '../faults/time-passes.ts'
import type { Rig } from '../rig/rig.ts'
import type { FaultOrder } from '../session-file/statement.ts'

/** What faults have changed that lasts. */
export interface ToPutBack {
  /** The cables pulled, and the lines that are slow. */
  readonly pulled: Pulled[]
  readonly limits: Limited[]
}

/**
 * Does to a rig what a session file says. Resolves when its servers are ready again.
 *
 * @param toPutBack what the file has changed so far, of which it takes what is put back
 */
export async function doFault(rig: Rig, fault: FaultOrder, toPutBack: ToPutBack): Promise<void> {
  const { pulled, limits } = toPutBack
  switch (fault.kind) {
    case 'power-cut':
      await powerCut(rig, { of: fault.of })
      break
    case 'kill':
      await kill(rig, { of: fault.of, ...(fault.daemon === undefined ? {} : { daemon: fault.daemon }) })
      break
    case 'fill-disk':
      await fillDisk(rig, { of: fault.of, what: fault.what })
      break
    case 'free-disk':
      await freeDisk(rig)
      break
    case 'cut-off':
      pulled.push((await cutOff(rig, { of: fault.of, side: fault.side })).pulled)
      break
    case 'slow-line': {
      const { kind: _, ...options } = fault
      pulled.push((await slowLine(rig, options)).pulled)
      break
    }
    case 'limit': {
      const { kind: _, ...options } = fault
      limits.push((await limit(rig, options)).limited)
      break
    }
    case 'unlimit':
      await unlimit(rig, limits.splice(0))
      break
    case 'reconnect':
      await reconnect(rig, pulled.splice(0))
      break
    case 'stop-filter':
      await rig.filterServer(fault.filter).stop()
      break
    case 'start-filter':
      await rig.filterServer(fault.filter).start()
      break
    case 'time':
      await timePasses(rig, { seconds: fault.seconds })
  }
}
