import { once } from 'node:events'
import { connectEngine } from '../../engine/connect.ts'
import { silentProgress } from '../../engine/progress.ts'
import type { ErrorCode } from '../../errors/error-codes.ts'
import { hostError } from '../../errors/host-error.ts'
import { MailrigError, UnsupportedError } from '../../errors/mailrig-error.ts'
import { targetProject } from '../../report/project-name.ts'
import { openRun } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { startRig } from '../../rig/start-rig.ts'
import type { World } from '../../rig/world.ts'
import { type AdoptedSource, readTarget } from '../../targets/adopted/target/read-target.ts'
import { platformNamed } from '../../targets/platform-named.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import type { RigDocument } from '../kept-rigs.ts'
import { forgetRig, rememberRig } from '../kept-rigs.ts'
import { namesOfProxy } from '../proxy-names.ts'
import { documentOf } from '../rig-document.ts'
import { answerRequests } from '../rig-requests.ts'

/** What `up` tells the process that is to hold a rig. */
export interface HoldOrder {
  topology: TopologyInput
  mta: string
  release: string
  store?: string | undefined
  /** Where the servers have a configuration of the user's own: where that is. `mta` is then the name of it. */
  adopted?: AdoptedSource | undefined
  name: string
}

export type HoldAnswer =
  | { document: RigDocument }
  | {
      error: {
        message: string
        code: ErrorCode
        remedy?: string
        exitCode?: number
        /** The topology asks for what this server cannot do. */
        unsupported?: true
      }
    }

/** Holds a rig, with its resolver and upstreams, until SIGTERM. Takes one order by IPC, gives one answer, and hears KEEP. */
export async function hold(): Promise<void> {
  const left = once(process, 'disconnect').then(() => false)
  const [order] = (await once(process, 'message')) as [HoldOrder]
  const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  try {
    const engine = await connectEngine({ provision: false, progress: silentProgress })
    const run = await openRun(engine, { keep: order.name })
    try {
      const rig = await start(order, run.world)
      const document = await documentOf(order.name, rig)
      // Whoever asked was interrupted, and knows of no rig to end.
      if (!process.connected) return
      const { topology } = order
      const proxy = await run.world.authority.issue(namesOfProxy(rig.topology.host))
      await rememberRig({ owner: run.run.owner, run: run.run.id, document, topology, proxy })
      const endRequests = await answerRequests(order.name, rig)
      const kept = Promise.race([once(process, 'message').then(() => true), left])
      answer({ document })
      if (await kept) await ended
      endRequests()
      await rig.stop()
    } finally {
      await run.close()
      await forgetRig(order.name)
    }
  } catch (error) {
    if (!process.connected) throw error
    const known = error instanceof MailrigError ? error : hostError(error)
    answer({
      error: {
        message: known?.message ?? (error instanceof Error ? error.message : String(error)),
        code: known?.code ?? 'UNEXPECTED',
        ...(known?.remedy === undefined ? {} : { remedy: known.remedy }),
        ...(known === undefined ? {} : { exitCode: known.exitCode }),
        ...(known instanceof UnsupportedError ? { unsupported: true } : {}),
      },
    })
  }
}

async function start(order: HoldOrder, world: World): Promise<Rig> {
  const { adopted, mta, topology } = order
  if (adopted === undefined) return startRig({ topology: parseTopology(topology), ...platformNamed(order), world })
  const { release } = order
  return (await readTarget(adopted)).start(world, { name: targetProject(mta, release), release, topology })
}

function answer(message: HoldAnswer): void {
  process.send?.(message)
}
