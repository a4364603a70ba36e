import { inject } from 'vitest'
import { connectEngine } from '../engine/connect.ts'
import { newRun, type Run } from '../engine/labels.ts'
import { silentProgress } from '../engine/progress.ts'
import { removeLeftByWorkers } from '../engine/sweep.ts'
import { openWorld, type World } from '../rig/world.ts'

let opened: Promise<World> | undefined

/**
 * The world of this worker, opened by its first rig and kept for the files and the projects that follow.
 *
 * A worker has no hook of its own at its end: its sockets go with it, its containers when the next worker begins, its
 * networks when the run ends (global set-up).
 */
export function workerWorld(): Promise<World> {
  opened ??= (async () => {
    const engine = await connectEngine({ provision: false, progress: silentProgress })
    const run: Run = inject('mailrigRun') ?? newRun()
    await removeLeftByWorkers(engine, run.id)
    return openWorld(engine, run)
  })()
  return opened
}
