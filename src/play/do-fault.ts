import { cutOff, type Pulled, reconnect } from '../faults/cut-off.ts'
import { fillDisk, freeDisk } from '../faults/fill-disk.ts'
import { kill } from '../faults/kill.ts'
import { powerCut } from '../faults/power-cut.ts'
import { timePasses } from '../faults/time-passes.ts'
import type { Rig } from '../rig/rig.ts'
import type { FaultOrder } from '../session-file/statement.ts'

/**
 * Does to a rig what a session file says. Resolves when its servers are ready again.
 *
 * @param pulled the cables that the file has pulled so far
 */
export async function doFault(rig: Rig, fault: FaultOrder, pulled: Pulled[]): Promise<void> {
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
