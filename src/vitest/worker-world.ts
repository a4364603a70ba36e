import { inject } from 'vitest'
import { connectEngine } from '../engine/connect.ts'
import { engineOfWorker } from '../engine/engine-pool.ts'
import { newRun, type Run } from '../engine/labels.ts'
import { silentProgress } from '../engine/progress.ts'
import { removeLeftByWorkers } from '../engine/sweep.ts'
import type { WorkerCpu } from '../report/scenario-meta.ts'
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
    const engine = await connectEngine({ provision: false, at: engineOfWorker(), progress: silentProgress })
    const run: Run = inject('mailrigRun') ?? newRun()
    await removeLeftByWorkers(engine, run.id)
    return openWorld(engine, run)
  })()
  return opened
}

/** What the servers of this worker's world have cost so far. */
export function workerCpu({ machines }: World): WorkerCpu {
  const servers: Record<string, number> = {}
  for (const [image, seconds] of machines.cpu()) {
    const name = serverOf(image)
    servers[name] = (servers[name] ?? 0) + seconds
  }
  return { worker: process.pid, servers }
}

/** `postfix trixie` of `mailrig/postfix:trixie-0123456789ab`. */
function serverOf(image: string): string {
  return image
    .replace(/^.*\//, '')
    .replace(':', ' ')
    .replace(/-[0-9a-f]+$/, '')
}
