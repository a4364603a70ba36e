import { inject } from 'vitest'
import { connectEngine } from '../engine/connect.ts'
import { newRun, type Run } from '../engine/labels.ts'
import { silentProgress } from '../engine/progress.ts'
import { openWorld, type World } from '../rig/world.ts'

let opened: Promise<World> | undefined

/**
 * The world of this worker, opened by its first rig and kept for the files that follow.
 *
 * Its networks go when the run ends (global set-up), its sockets with the worker: a worker has no hook of its own.
 */
export function workerWorld(): Promise<World> {
  opened ??= (async () => {
    const engine = await connectEngine({ provision: false, progress: silentProgress })
    const run: Run = inject('mailrigRun') ?? newRun()
    return openWorld(engine, run)
  })()
  return opened
}
